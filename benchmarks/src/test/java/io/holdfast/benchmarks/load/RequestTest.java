package io.holdfast.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RequestTest {
    @Test
    void countsUpInsideTheMaskedFrame() {
        Request request = new RoomsWire().echoRequest(7, 64);

        assertThat(unmasked(request.next())).contains("\"id\":\"00000001\"");
        assertThat(unmasked(request.next())).contains("\"id\":\"00000002\"");
    }

    @Test
    void isExactlyAsLongAsAskedForWhenTheEnvelopeFits() {
        assertThat(unmasked(new RoomsWire().echoRequest(99, 100).next())).hasSize(100);
    }

    private static String unmasked(byte[] frame) {
        int length = frame[1] & 0x7f;
        byte[] payload = new byte[length];
        for (int at = 0; at < length; at++) {
            payload[at] = (byte) (frame[6 + at] ^ frame[2 + (at & 3)]);
        }
        return new String(payload, StandardCharsets.UTF_8);
    }
}
