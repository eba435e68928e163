package io.holdfast.server.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.server.json.JsonText;

/**
 * Clients' messages as streams keep them, whichever dialect they came in and go out by: in the form
 * of {@code rooms}, which other dialects spell anew for their wire.
 */
public final class CanonicalMessages {
    private static final byte[] MESSAGE = "{\"type\":\"message\",\"from\":".getBytes(UTF_8);
    private static final byte[] DIRECT = "{\"type\":\"direct\",\"from\":".getBytes(UTF_8);
    private static final byte[] ROOM = ",\"room\":".getBytes(UTF_8);
    private static final byte[] DATA = ",\"data\":".getBytes(UTF_8);
    private static final byte[] TIMESTAMP = ",\"timestamp\":\"".getBytes(UTF_8);
    private static final byte[] END = "\"}".getBytes(UTF_8);

    private CanonicalMessages() {}

    /** A room's message up to its data, which the caller appends. */
    public static void startMessage(JsonText out, String from, String room) {
        out.clear().raw(MESSAGE).string(from).raw(ROOM).string(room).raw(DATA);
    }

    /** A message to one client, up to its data. */
    public static void startDirect(JsonText out, String from) {
        out.clear().raw(DIRECT).string(from).raw(DATA);
    }

    /** What follows the data of either. */
    public static void endMessage(JsonText out, byte[] timestamp) {
        out.raw(TIMESTAMP).raw(timestamp).raw(END);
    }
}
