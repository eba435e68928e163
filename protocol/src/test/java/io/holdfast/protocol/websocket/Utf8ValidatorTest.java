package io.holdfast.protocol.websocket;

import static io.holdfast.protocol.websocket.Frames.bytes;
import static io.holdfast.protocol.websocket.Frames.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The JDK's strict decoder is the reference for what is valid. */
class Utf8ValidatorTest {

    private static final int[] CONTINUATIONS = {0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF};

    private final CharsetDecoder reference = StandardCharsets.UTF_8.newDecoder();
    private final CharBuffer characters = CharBuffer.allocate(64);

    @Test
    void agreesWithTheJdkOnEverySequenceOfOneToThreeBytes() {
        byte[] bytes = new byte[3];
        ByteBuffer view = ByteBuffer.wrap(bytes);
        long disagreements = 0;
        for (int length = 1; length <= 3; length++) {
            for (int value = 0; value < 1 << (8 * length); value++) {
                for (int i = 0; i < length; i++) {
                    bytes[i] = (byte) (value >>> (8 * i));
                }
                view.position(0).limit(length);
                if (Utf8Validator.isValid(bytes, 0, length) != isValidForTheJdk(view)) {
                    disagreements++;
                }
            }
        }
        assertThat(disagreements).isZero();
    }

    @Test
    void agreesWithTheJdkOnFourByteSequencesAtEveryEdge() {
        int[] tails = {0x00, 0x7F, 0x80, 0x81, 0xBE, 0xBF, 0xC0, 0xFF};
        for (int lead = 0xE0; lead <= 0xFF; lead++) {
            for (int second = 0; second <= 0xFF; second++) {
                for (int third : tails) {
                    for (int fourth : tails) {
                        byte[] bytes = bytes(lead, second, third, fourth);
                        assertThat(Utf8Validator.isValid(bytes, 0, 4))
                                .as("%x %x %x %x", lead, second, third, fourth)
                                .isEqualTo(isValidForTheJdk(ByteBuffer.wrap(bytes)));
                    }
                }
            }
        }
    }

    @Test
    void acceptsEveryCodePointAndNoSurrogate() {
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            boolean surrogate =
                    codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
            byte[] encoded = surrogate
                    ? bytes(
                            0xE0 | (codePoint >> 12),
                            0x80 | ((codePoint >> 6) & 0x3F),
                            0x80 | (codePoint & 0x3F))
                    : utf8(Character.toString(codePoint));
            if (Utf8Validator.isValid(encoded, 0, encoded.length) == surrogate) {
                throw new AssertionError("wrong about U+" + Integer.toHexString(codePoint));
            }
        }
    }

    @Test
    void rejectsAtTheFirstByteThatNoContinuationCouldMend() {
        for (int value = 0; value <= 0xFFFF; value++) {
            assertRejectedExactlyWhenHopeless(bytes(value >>> 8, value));
        }
        for (int lead = 0xE0; lead <= 0xF4; lead++) {
            for (int second : CONTINUATIONS) {
                for (int third = 0; third <= 0xFF; third++) {
                    assertRejectedExactlyWhenHopeless(bytes(lead, second, third));
                }
            }
        }
    }

    @Test
    void aTextMayBeCutAnywhere() {
        byte[] text = utf8(
                "plain ASCII of some length, é, €, 中文, \uD83D\uDE00 and more plain ASCII\u0000\u007F");
        for (int first = 0; first <= text.length; first++) {
            for (int second = first; second <= text.length; second++) {
                int state = Utf8Validator.advance(Utf8Validator.ACCEPT, text, 0, first);
                state = Utf8Validator.advance(state, text, first, second);
                state = Utf8Validator.advance(state, text, second, text.length);
                assertThat(state).isEqualTo(Utf8Validator.ACCEPT);
            }
        }
    }

    @Test
    void findsOneBadByteAtEveryPlaceOfALongText() {
        for (int length = 1; length <= 40; length++) {
            for (int bad = 0; bad < length; bad++) {
                byte[] text = new byte[length];
                Arrays.fill(text, (byte) 'x');
                text[bad] = (byte) 0x80;
                assertThat(Utf8Validator.isValid(text, 0, length)).isFalse();
                assertThat(Utf8Validator.isValid(text, 0, bad)).isTrue();
                assertThat(Utf8Validator.isValid(text, bad + 1, length)).isTrue();
            }
        }
    }

    @Test
    void agreesWithTheJdkOnRandomMixtures() {
        long seed = 20_260_101;
        Random random = new Random(seed);
        for (int round = 0; round < 200_000; round++) {
            byte[] text = utf8(random.ints(8, 0, 0x11_0000)
                    .map(codePoint -> codePoint >> random.nextInt(16))
                    .filter(codePoint -> codePoint < 0xD800 || codePoint > 0xDFFF)
                    .collect(
                            StringBuilder::new,
                            StringBuilder::appendCodePoint,
                            StringBuilder::append)
                    .toString());
            if (text.length > 0 && random.nextBoolean()) {
                text[random.nextInt(text.length)] = (byte) random.nextInt();
            }
            assertThat(Utf8Validator.isValid(text, 0, text.length))
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(isValidForTheJdk(ByteBuffer.wrap(text)));
        }
    }

    private void assertRejectedExactlyWhenHopeless(byte[] prefix) {
        boolean rejected = Utf8Validator.advance(Utf8Validator.ACCEPT, prefix, 0, prefix.length)
                == Utf8Validator.REJECT;
        if (rejected == canBecomeValid(prefix, 3)) {
            throw new AssertionError("wrong about " + Arrays.toString(prefix));
        }
    }

    private boolean canBecomeValid(byte[] prefix, int more) {
        if (isValidForTheJdk(ByteBuffer.wrap(prefix))) {
            return true;
        }
        if (more == 0) {
            return false;
        }
        byte[] longer = Arrays.copyOf(prefix, prefix.length + 1);
        for (int continuation : CONTINUATIONS) {
            longer[prefix.length] = (byte) continuation;
            if (canBecomeValid(longer, more - 1)) {
                return true;
            }
        }
        return false;
    }

    private boolean isValidForTheJdk(ByteBuffer bytes) {
        characters.clear();
        return !reference.reset().decode(bytes, characters, true).isError();
    }
}
