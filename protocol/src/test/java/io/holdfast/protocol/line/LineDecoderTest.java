package io.holdfast.protocol.line;

import static io.holdfast.protocol.line.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineDecoderTest {
    private static final String TOO_LONG =
            "TOO_LONG Message is longer than 10 bytes; send shorter messages";
    private static final String NOT_UTF8 =
            "INVALID_UTF8 Message is not valid UTF-8; send JSON encoded as UTF-8";

    private final LineDecoder decoder = new LineDecoder(10);
    private final RecordedLines sink = new RecordedLines();

    private void feed(String text) {
        Wire.feed(decoder, utf8(text), 0, utf8(text).length, sink);
    }

    @Test
    void linesEndWithNewlineOrWithCarriageReturnAndNewline() {
        feed("one\ntwo\r\nthree\n");
        assertThat(sink.events).containsExactly("text one", "text two", "text three");
    }

    @Test
    void aCarriageReturnElsewhereBelongsToItsLine() {
        feed("a\rb\r\r\n");
        assertThat(sink.events).containsExactly("text a\rb\r");
    }

    @Test
    void anEmptyLineIsAMessage() {
        feed("\n\r\nx\n");
        assertThat(sink.events).containsExactly("text ", "text ", "text x");
    }

    @Test
    void aHalfLineIsNothingYet() {
        feed("half");
        assertThat(sink.events).isEmpty();
        assertThat(decoder.idle()).isFalse();
        feed(" line\n");
        assertThat(sink.events).containsExactly("text half line");
        assertThat(decoder.idle()).isTrue();
    }

    @Test
    void aLineOfExactlyTheLimitPassesWithEitherEnd() {
        feed("0123456789\n0123456789\r\n");
        feed("0123456789\r");
        feed("\n");
        assertThat(sink.events).hasSize(3).containsOnly("text 0123456789");
    }

    @Test
    void oneByteMoreIsTooLongBeforeItsLineEnds() {
        feed("0123456789");
        assertThat(sink.events).isEmpty();
        feed("x");
        assertThat(sink.events).containsExactly(TOO_LONG);
    }

    @Test
    void aCarriageReturnOverTheLimitMustEndTheLine() {
        feed("0123456789\r");
        assertThat(sink.events).isEmpty();
        feed("\r");
        assertThat(sink.events).containsExactly(TOO_LONG);
    }

    @Test
    void aViolationIsTheLastCallAndLaterInputIsSwallowed() {
        feed("0123456789x\nnext\n");
        feed("more\n");
        assertThat(sink.events).containsExactly(TOO_LONG);
        assertThat(decoder.bufferedBytes()).isZero();
    }

    @Test
    void aBinaryBlobIsFoundAtItsFirstByteThatCannotBeText() {
        byte[] blob = {0x16, 0x03, 0x01, (byte) 0xFF};
        Wire.feed(decoder, blob, 0, 4, sink);
        assertThat(sink.events).containsExactly(NOT_UTF8);
    }

    @Test
    void aLineThatEndsInsideACharacterIsNotText() {
        byte[] half = {(byte) 0xED, (byte) 0x95, '\n'};
        Wire.feed(decoder, half, 0, 3, sink);
        assertThat(sink.events).containsExactly(NOT_UTF8);
    }

    @Test
    void aCharacterMayBeCutBetweenTwoPieces() {
        byte[] line = utf8("봇🤖\n");
        for (int i = 0; i < line.length; i++) {
            Wire.feed(decoder, line, i, i + 1, sink);
        }
        assertThat(sink.events).containsExactly("text 봇🤖");
    }

    @Test
    @SuppressWarnings("ReferenceEquality") // whether it is the same array is the question
    void aLineThatLiesWholeInTheInputIsARangeOfIt() {
        byte[] input = utf8("abc\r\ndef\n");
        List<String> ranges = new ArrayList<>();
        decoder.decode(input, 0, input.length, new RecordedLines() {
            @Override
            public void text(byte[] bytes, int from, int to) {
                ranges.add((bytes == input) + " " + from + "-" + to);
            }
        });
        assertThat(ranges).containsExactly("true 0-3", "true 5-8");
        assertThat(decoder.bufferedBytes()).isZero();
    }

    @Test
    void aPartialLineHoldsTwiceItsBytesAtMostAndGivesThemBack() {
        LineDecoder large = new LineDecoder(1 << 20);
        byte[] piece = new byte[777];
        Arrays.fill(piece, (byte) 'a');
        for (int received = 777; received < 1 << 20; received += 777) {
            Wire.feed(large, piece, 0, 777, sink);
            assertThat(large.bufferedBytes()).isBetween(received, Math.max(1_024, 2 * received));
        }
        assertThat(large.bufferedBytes()).isLessThanOrEqualTo((1 << 20) + 1);
        Wire.feed(large, utf8("\n"), 0, 1, sink);
        assertThat(sink.events).hasSize(1);
        assertThat(large.bufferedBytes()).isZero();
    }

    @Test
    void aSinkThatThrowsLeavesTheDecoderBehindTheLine() {
        LineSink broken = new RecordedLines() {
            @Override
            public void text(byte[] bytes, int from, int to) {
                throw new IllegalStateException("broken");
            }
        };
        feed("par");
        byte[] rest = utf8("tial\n");
        assertThatThrownBy(() -> decoder.decode(rest, 0, rest.length, broken)).hasMessage("broken");
        assertThat(decoder.idle()).isTrue();
        feed("next\n");
        assertThat(sink.events).containsExactly("text next");
    }

    @Test
    void aLimitOfNothingIsRefused() {
        assertThatThrownBy(() -> new LineDecoder(0)).hasMessageContaining("expected 1 to");
        assertThatThrownBy(() -> Wire.frames(-1)).hasMessageContaining("expected 1 to");
    }
}
