package io.holdfast.server.config;

import java.util.Locale;

/** A section of the configuration file. */
enum Section {
    SERVER("listeners, logging and compression"),
    ROOMS("the dialect of /ws"),
    DEEPSTREAM("the dialect of /deepstream/ws"),
    BOT("the TCP dialect, on a port of its own"),
    STORE("what is kept for clients that resume"),
    LIMITS("bounds that keep one peer from hurting the others"),
    AUTH("who may connect"),
    DRAIN("pacing of a shutdown");

    private final String summary;

    Section(String summary) {
        this.summary = summary;
    }

    /** Its name in the file, in flags and in messages. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    String summary() {
        return summary;
    }
}
