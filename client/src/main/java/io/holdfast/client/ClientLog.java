package io.holdfast.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * The lines of one client: a keyword, and who it is. A connection that was closed is INFO whatever
 * the code, every other failure ERROR (spec: client, "Errors").
 */
final class ClientLog {
    private static final Logger LOG = System.getLogger(HoldfastClient.class.getName());

    private final String who;

    ClientLog(String who) {
        this.who = who;
    }

    void info(String keyword, String text) {
        LOG.log(Level.INFO, () -> keyword + " " + who + ": " + text);
    }

    void error(String keyword, String text) {
        LOG.log(Level.ERROR, () -> keyword + " " + who + ": " + text);
    }
}
