package io.holdfast.cli.talk;

import io.holdfast.client.ClientException;
import io.holdfast.client.ErrorKind;

import org.jspecify.annotations.Nullable;

/** What {@code connect} and {@code send} leave behind for scripts (docs/command-line.md). */
public final class ExitStatus {
    /** Everything that was sent is acked. */
    public static final int ACKED = 0;
    /** The server refused it, or no ack came in time: then it may have been published or not. */
    public static final int NOT_ACKED = 1;
    /** The command line, or the message, is wrong; nothing was tried. */
    public static final int USAGE = 2;
    /** There was no connection in time: certainly not published. */
    public static final int NOT_CONNECTED = 3;
    /** The server did not accept the credentials. */
    public static final int UNAUTHORISED = 4;
    /** What a shell expects of a program that SIGINT ended. */
    public static final int INTERRUPTED = 130;

    private ExitStatus() {}

    /**
     * Of something that was not acked.
     *
     * @param connection the last that went wrong with the connection, if anything did
     */
    static int of(ErrorKind failure, @Nullable ClientException connection) {
        if (failure != ErrorKind.NOT_SENT) {
            return NOT_ACKED;
        }
        boolean refused = connection != null && connection.kind() == ErrorKind.UNAUTHORISED;
        return refused ? UNAUTHORISED : NOT_CONNECTED;
    }
}
