package io.holdfast.server.connection;

/** Who gave a connection its place under the limits, and gets it back. */
@FunctionalInterface
public interface Admission {
    /** An admitted connection has ended. Called once, on its loop. */
    void gone(Connection connection);
}
