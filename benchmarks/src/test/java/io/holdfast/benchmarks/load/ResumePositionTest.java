package io.holdfast.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ResumePositionTest {
    private static final String STREAMS =
            "{\"@u0\":{\"epoch\":\"1yy\",\"seq\":0},\"lobby\":{\"epoch\":\"f3y\",\"seq\":41}}";
    private static final String WELCOME =
            "{\"type\":\"welcome\",\"client_id\":\"u0\",\"session_token\":\"T-8_w\","
                    + "\"expires_in\":3600,\"streams\":" + STREAMS + "}";

    @Test
    void theHelloNamesThePlacesOfTheWelcome() {
        ResumePosition position = ResumePosition.ofWelcome(WELCOME);

        assertThat(position).isEqualTo(new ResumePosition("T-8_w", STREAMS, 41));
        assertThat(payload(position.hello()))
                .isEqualTo("{\"type\":\"hello\",\"session_token\":\"T-8_w\",\"positions\":"
                        + STREAMS + "}");
    }

    @Test
    void aResumeRenewsTheTokenAndNoPlace() {
        String acknowledgement = "{\"type\":\"reconnection_ack\",\"session_token\":\"new\"}";

        ResumePosition renewed = ResumePosition.ofWelcome(WELCOME).renewed(acknowledgement);

        assertThat(renewed).isEqualTo(new ResumePosition("new", STREAMS, 41));
    }

    @Test
    void aWelcomeWithoutStreamsIsShown() {
        assertThatThrownBy(() -> ResumePosition.ofWelcome("{\"type\":\"welcome\"}"))
                .hasMessageContaining("{\"type\":\"welcome\"}");
    }

    @Test
    void anAnswerIsCompleteWhenNothingIsAGap() {
        String answer = "{\"type\":\"reconnection_ack\",\"session_restored\":true,\"streams\":"
                + "{\"lobby\":{\"epoch\":\"f3y\",\"head\":51,\"recovered\":10}%s}}";

        assertThat(ResumeAnswer.of(answer.formatted("")).isComplete(10)).isTrue();
        assertThat(ResumeAnswer.of(answer.formatted("")).isComplete(11)).isFalse();
        String gap = ",\"@u0\":{\"epoch\":\"1yy\",\"head\":1,\"recovered\":0,\"gap\":{\"from\":1}}";
        assertThat(ResumeAnswer.of(answer.formatted(gap)).isComplete(10)).isFalse();
        String unknown = answer.formatted("").replace("true", "false");
        assertThat(ResumeAnswer.of(unknown).isComplete(10)).isFalse();
    }

    /** Of a client's frame, which is masked. */
    private static String payload(byte[] frame) {
        ByteBuffer in = ByteBuffer.wrap(frame);
        int length = in.get(1) & 0x7f;
        in.position(2);
        if (length == 126) {
            length = in.getShort() & 0xffff;
        }
        byte[] mask = new byte[4];
        in.get(mask);
        byte[] payload = new byte[length];
        in.get(payload);
        for (int at = 0; at < length; at++) {
            payload[at] ^= mask[at & 3];
        }
        return new String(payload, StandardCharsets.UTF_8);
    }
}
