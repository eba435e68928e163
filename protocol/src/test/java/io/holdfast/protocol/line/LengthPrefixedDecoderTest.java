package io.holdfast.protocol.line;

import static io.holdfast.protocol.line.Wire.LIMIT;
import static io.holdfast.protocol.line.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LengthPrefixedDecoderTest {
    private static final String TOO_LONG =
            "TOO_LONG Message is longer than 1000 bytes; send shorter messages";
    private static final String CORRUPT = "CORRUPT_GZIP Payload is not one whole gzip member;"
            + " send it uncompressed, with flags 0";

    private static List<String> decoded(Wire wire) {
        return Wire.run(Wire.frames(LIMIT), wire.done());
    }

    @Test
    void framesArriveWithAndWithoutCompression() {
        Wire wire = new Wire().frame(utf8("plain")).gzipFrame(utf8("봇".repeat(300)));

        assertThat(decoded(wire.frame(utf8("last"))))
                .containsExactly("text plain", "text " + "봇".repeat(300), "text last");
    }

    @Test
    void aLineBreakMayStandInsideAFrame() {
        assertThat(decoded(new Wire().frame(utf8("{\n}")))).containsExactly("text {\n}");
    }

    @Test
    void aFrameWithFlagsAndNoPayloadIsAnEmptyMessage() {
        assertThat(decoded(new Wire().frame(utf8("")).frame(utf8("x"))))
                .containsExactly("text ", "text x");
    }

    @Test
    void aLengthOfZeroIsAViolation() {
        assertThat(decoded(new Wire().raw(0, 0, 0, 0).frame(utf8("x"))))
                .containsExactly(
                        "EMPTY_FRAME Frame has length 0; count its byte of flags and its payload");
    }

    @Test
    void anUnknownFlagIsAViolation() {
        for (int flags = 2; flags < 256; flags++) {
            assertThat(decoded(new Wire().header(2, flags).raw('x')))
                    .containsExactly("UNKNOWN_FLAGS Frame has unknown flags;"
                            + " set only bit 0, for gzip, and leave the others 0");
        }
    }

    @Test
    void aMessageOfExactlyTheLimitPassesAndOneByteMoreDoesNot() {
        byte[] most = utf8("m".repeat(LIMIT));
        byte[] more = utf8("m".repeat(LIMIT + 1));

        assertThat(decoded(new Wire().frame(most).gzipFrame(most)))
                .hasSize(2)
                .doesNotContain(TOO_LONG);
        assertThat(decoded(new Wire().frame(more))).containsExactly(TOO_LONG);
        assertThat(decoded(new Wire().gzipFrame(more))).containsExactly(TOO_LONG);
    }

    @Test
    void aLengthOverTheLimitIsRefusedByItsHeader() {
        assertThat(decoded(new Wire().raw(0, 1, 0, 0))).containsExactly(TOO_LONG);
        assertThat(decoded(new Wire().raw(0xFF, 0xFF, 0xFF, 0xFF))).containsExactly(TOO_LONG);
        assertThat(decoded(new Wire().raw(0x80, 0, 0, 0))).containsExactly(TOO_LONG);
    }

    @Test
    void anAnnouncedLengthAllocatesNothingUntilBytesArrive() {
        LengthPrefixedDecoder decoder = Wire.frames(1 << 20);
        RecordedLines sink = new RecordedLines();
        Wire.feed(decoder, new Wire().header(1 << 20, 0).done(), 0, 5, sink);

        assertThat(decoder.bufferedBytes()).isZero();
        Wire.feed(decoder, new byte[100], 0, 100, sink);
        assertThat(decoder.bufferedBytes()).isLessThanOrEqualTo(1_024);
        assertThat(decoder.idle()).isFalse();
    }

    @Test
    void textThatIsNotUtf8IsAViolationCompressedOrNot() {
        byte[] half = {'a', (byte) 0xED, (byte) 0x95};
        String notUtf8 = "INVALID_UTF8 Message is not valid UTF-8; send JSON encoded as UTF-8";

        assertThat(decoded(new Wire().frame(half))).containsExactly(notUtf8);
        assertThat(decoded(new Wire().gzipFrame(half))).containsExactly(notUtf8);
        assertThat(decoded(new Wire().header(9, 0).raw(0xFF))).containsExactly(notUtf8);
    }

    @Test
    void aPayloadFlaggedAsGzipMustBeGzip() {
        assertThat(decoded(new Wire().header(6, 1).bytes(utf8("plain")))).containsExactly(CORRUPT);
        assertThat(decoded(new Wire().header(1, 1))).containsExactly(CORRUPT);
    }

    @Test
    void aStoppedDecoderConsumesNothing() {
        LengthPrefixedDecoder decoder = Wire.frames(LIMIT);
        RecordedLines sink = new RecordedLines();
        byte[] wire = new Wire().frame(utf8("x")).done();
        decoder.stop();

        assertThat(decoder.decode(wire, 0, wire.length, sink)).isZero();
        assertThat(sink.events).isEmpty();
    }
}
