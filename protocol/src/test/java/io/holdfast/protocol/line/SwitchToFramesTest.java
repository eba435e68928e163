package io.holdfast.protocol.line;

import static io.holdfast.protocol.line.Wire.LIMIT;
import static io.holdfast.protocol.line.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A connection begins with lines and goes on with frames, wherever TCP cut the bytes. */
class SwitchToFramesTest {

    /** Does what the shell of a connection does: each byte goes to the decoder of the moment. */
    private static final class Peer extends RecordedLines {
        private LineProtocolDecoder decoder = new LineDecoder(LIMIT);

        void feed(byte[] bytes, int from, int to) {
            int at = decoder.decode(bytes, from, to, this);
            if (at < to || (events.contains("text hello") && decoder instanceof LineDecoder)) {
                decoder = Wire.frames(LIMIT);
                at = decoder.decode(bytes, at, to, this);
            }
            assertThat(at).isEqualTo(to);
        }

        @Override
        public void text(byte[] bytes, int from, int to) {
            super.text(bytes, from, to);
            if (events.getLast().equals("text hello")) {
                decoder.stop();
            }
        }
    }

    @Test
    void theBytesBehindTheLineAreTheFirstOfTheFrames() {
        // The second frame holds a line's end, the first has one as the lowest byte of its length.
        byte[] input = new Wire()
                .line("before")
                .line("hello")
                .frame(utf8("9 bytes.."))
                .gzipFrame(utf8("\nhello\n"))
                .done();
        List<String> expected =
                List.of("text before", "text hello", "text 9 bytes..", "text \nhello\n");

        for (int first = 0; first <= input.length; first++) {
            for (int second = first; second <= input.length; second++) {
                Peer peer = new Peer();
                peer.feed(input, 0, first);
                peer.feed(input, first, second);
                peer.feed(input, second, input.length);
                assertThat(peer.events).as("cuts at %d and %d", first, second).isEqualTo(expected);
            }
        }
    }

    @Test
    void aDecoderStoppedInTheMiddleOfALineGivesItsMemoryBack() {
        LineDecoder decoder = new LineDecoder(LIMIT);
        Wire.feed(decoder, utf8("half"), 0, 4, new RecordedLines());
        decoder.stop();

        assertThat(decoder.bufferedBytes()).isZero();
        assertThat(decoder.idle()).isTrue();
    }

    @Test
    void aDecoderStoppedLeavesEverythingBehindItsLine() {
        List<String> texts = new ArrayList<>();
        LineDecoder decoder = new LineDecoder(LIMIT);
        byte[] input = utf8("one\ntwo\n");
        int end = decoder.decode(input, 0, input.length, new RecordedLines() {
            @Override
            public void text(byte[] bytes, int from, int to) {
                texts.add(from + "-" + to);
                decoder.stop();
            }
        });

        assertThat(end).isEqualTo(4);
        assertThat(texts).containsExactly("0-3");
        assertThat(decoder.decode(input, end, input.length, new RecordedLines()))
                .isEqualTo(4);
    }
}
