package io.holdfast.client;

import io.holdfast.protocol.client.ClientLifecycle;
import io.holdfast.protocol.reconnect.Ending;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Around each of a {@link Driver}'s turns: what is thrown in one, by a mistake of ours or for want
 * of memory, ends the connection and is told. Without it the client would go on without its timer,
 * connected to nobody for ever.
 */
final class Guard {
    private static final Logger LOG = System.getLogger(HoldfastClient.class.getName());
    /** A client that fails as often with nothing left to end is closed: it would spin. */
    private static final int MAX_FAILED_TURNS = 10;

    private Guard() {}

    /** @param connection that serves, or did */
    static void run(
            Driver driver,
            ClientLifecycle lifecycle,
            Chronicle chronicle,
            LongSupplier connection,
            LongConsumer turn,
            long now) {
        try {
            turn.accept(now);
            chronicle.counters().failedTurns = 0;
        } catch (RuntimeException | Error mistake) {
            LOG.log(Level.ERROR, "the client failed within; its connection is ended", mistake);
            try {
                end(driver, lifecycle, chronicle, connection, mistake, now);
            } catch (RuntimeException | Error another) {
                LOG.log(Level.ERROR, "the client could not end its connection", another);
            }
        }
        chronicle.at(lifecycle.phase());
    }

    private static void end(
            Driver driver,
            ClientLifecycle lifecycle,
            Chronicle chronicle,
            LongSupplier connection,
            Throwable mistake,
            long now) {
        boolean nothingToEnd = driver.link() == null;
        String detail = "the client failed within: " + mistake.getClass().getName();
        Ending ending = new Ending.ProtocolFault(detail);
        try {
            driver.cut();
        } finally {
            chronicle.heard(ending, detail);
            lifecycle.ended(connection.getAsLong(), ending, now, driver);
        }
        if (nothingToEnd && ++chronicle.counters().failedTurns >= MAX_FAILED_TURNS) {
            lifecycle.close(now, driver);
        }
    }
}
