package io.holdfast.server.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.server.json.JsonText;
import org.junit.jupiter.api.Test;

class CanonicalMessagesTest {
    private static final byte[] TIME = "2026-01-02T03:04:05.678Z".getBytes(UTF_8);

    private final JsonText out = new JsonText();

    private String text() {
        return new String(out.toBytes(), UTF_8);
    }

    @Test
    void aRoomsMessageNamesItsRoom() {
        CanonicalMessages.startMessage(out, "a \"b\"", "lobby");
        CanonicalMessages.endMessage(out.raw("[ 1 ]"), TIME);
        assertThat(text())
                .isEqualTo("{\"type\":\"message\",\"from\":\"a \\\"b\\\"\",\"room\":\"lobby\","
                        + "\"data\":[ 1 ],\"timestamp\":\"2026-01-02T03:04:05.678Z\"}");
    }

    @Test
    void aDirectMessageNamesNone() {
        CanonicalMessages.startDirect(out, "a");
        CanonicalMessages.endMessage(out.raw("null"), TIME);
        assertThat(text())
                .isEqualTo("{\"type\":\"direct\",\"from\":\"a\",\"data\":null,"
                        + "\"timestamp\":\"2026-01-02T03:04:05.678Z\"}");
    }
}
