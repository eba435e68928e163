package io.holdfast.protocol.stream;

/**
 * Names of streams as they go over the wire: a room's is the room's name, a session's own is its
 * client id behind a character that no room's name may contain.
 */
public final class StreamName {
    private static final char PERSONAL = '@';

    private StreamName() {}

    /** The stream of the client's {@code direct} and {@code command} messages. */
    public static String personal(String clientId) {
        return PERSONAL + clientId;
    }

    /** The client whose stream a personal one is. */
    public static String clientOf(String personal) {
        return personal.substring(1);
    }

    /** Whether the stream is a session's own; otherwise it is a room's. */
    public static boolean isPersonal(String name) {
        return !name.isEmpty() && name.charAt(0) == PERSONAL;
    }
}
