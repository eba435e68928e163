package io.holdfast.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
    private final List<String> seen = new ArrayList<>();
    private final FrameReader reader = new FrameReader();
    private final MessageReader.Sink sink = (opcode, length) -> seen.add(opcode + ":" + length);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 200, 100_000})
    void findsTheSameFramesHoweverTheBytesArrive(int chunk) {
        byte[] stream = concatenate(
                frame(0x81, 0),
                frame(0x81, 125),
                frame(0x89, 4),
                frame(0x82, 126),
                frame(0x81, 65_536));

        readInChunksOf(chunk, stream);

        assertThat(seen).containsExactly("1:0", "1:125", "9:4", "2:126", "1:65536");
    }

    @Test
    void countsAFragmentedMessageOnceWithItsWholeLength() {
        readInChunksOf(
                5, concatenate(frame(0x01, 10), frame(0x89, 2), frame(0x00, 20), frame(0x80, 30)));

        assertThat(seen).containsExactly("9:2", "1:60");
    }

    @Test
    void keepsAPayloadWhileCapturing() {
        reader.captureData(true);
        List<String> payloads = new ArrayList<>();
        byte[] stream =
                concatenate(new byte[] {(byte) 0x81, 5}, "hello".getBytes(StandardCharsets.UTF_8));

        for (byte value : stream) {
            reader.read(
                    ByteBuffer.wrap(new byte[] {value}),
                    (opcode, length) ->
                            payloads.add(new String(reader.captured(), StandardCharsets.UTF_8)));
        }

        assertThat(payloads).containsExactly("hello");
    }

    private void readInChunksOf(int chunk, byte[] stream) {
        for (int from = 0; from < stream.length; from += chunk) {
            reader.read(ByteBuffer.wrap(stream, from, Math.min(chunk, stream.length - from)), sink);
        }
    }

    /** An unmasked frame of zeros. */
    private static byte[] frame(int firstByte, int length) {
        byte[] header;
        if (length < 126) {
            header = new byte[] {(byte) firstByte, (byte) length};
        } else if (length < 65_536) {
            header = new byte[] {(byte) firstByte, 126, (byte) (length >>> 8), (byte) length};
        } else {
            header = new byte[] {
                (byte) firstByte,
                127,
                0,
                0,
                0,
                0,
                0,
                (byte) (length >>> 16),
                (byte) (length >>> 8),
                0
            };
        }
        return concatenate(header, new byte[length]);
    }

    private static byte[] concatenate(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
