package io.holdfast.protocol.websocket;

import static io.holdfast.protocol.websocket.Frames.bytes;
import static io.holdfast.protocol.websocket.Frames.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderRulesTest {

    /** A violation is told at the first byte that shows it, so each input ends with that byte. */
    static Stream<Arguments> brokenRules() {
        byte[] none = {};
        return Stream.of(
                arguments(
                        "RSV1 on a continuation",
                        1002,
                        in().frame(1, false, true, none).raw(0xC0)),
                arguments("RSV1 on a ping", 1002, in().raw(0xC9)),
                arguments("RSV2", 1002, in().raw(0xA1)),
                arguments("RSV3", 1002, in().raw(0x91)),
                arguments("RSV2 on a close", 1002, in().raw(0xA8)),
                arguments("fragmented ping", 1002, in().raw(0x09)),
                arguments("fragmented close", 1002, in().raw(0x08)),
                arguments("long ping, 2-byte length", 1002, in().raw(0x89, 0xFE)),
                arguments("long ping, 8-byte length", 1002, in().raw(0x89, 0xFF)),
                arguments("continuation of nothing", 1002, in().raw(0x80)),
                arguments("unfinished continuation of nothing", 1002, in().raw(0x00)),
                arguments(
                        "continuation after a whole message",
                        1002,
                        in().text("a").raw(0x80)),
                arguments(
                        "text inside a message",
                        1002,
                        in().frame(1, false, none).raw(0x81)),
                arguments(
                        "binary inside a message",
                        1002,
                        in().frame(2, false, none).raw(0x82)),
                arguments("unmasked text", 1002, in().raw(0x81, 0x01)),
                arguments("unmasked ping", 1002, in().raw(0x89, 0x00)),
                arguments("2-byte length of 125", 1002, in().raw(0x82, 0xFE, 0, 125)),
                arguments(
                        "8-byte length of 65535",
                        1002,
                        in().raw(0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF)),
                arguments(
                        "highest length bit",
                        1002,
                        in().raw(0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0)),
                arguments("length over limit", 1009, in().raw(0x82, 0xFE, 0x03, 0xE9)),
                arguments(
                        "length far over limit",
                        1009,
                        in().raw(0x82, 0xFF, 0x7F, -1, -1, -1, -1, -1, -1, -1)),
                arguments(
                        "sum over limit",
                        1009,
                        in().frame(2, false, new byte[999]).raw(0x80, 0x82)),
                arguments(
                        "fifth fragment, all empty",
                        1009,
                        in().frame(1, false, none)
                                .frame(0, false, none)
                                .frame(0, false, none)
                                .frame(0, false, none)
                                .raw(0x80)),
                arguments("close of one byte", 1002, in().frame(8, true, bytes(3))),
                arguments("close reason not UTF-8", 1007, in().close(1000, bytes(0xC3, 0x28))),
                arguments("close reason cut", 1007, in().close(1000, bytes(0xC3))),
                arguments("text not UTF-8", 1007, in().frame(1, true, bytes('a', 0xFF))),
                arguments(
                        "text cut inside a character",
                        1007,
                        in().frame(1, true, bytes('a', 0xE2, 0x82))),
                arguments(
                        "text cut inside a character by an empty last fragment",
                        1007,
                        in().frame(1, false, bytes(0xE2)).frame(0, true, none)),
                arguments(
                        "compressed text not UTF-8",
                        1007,
                        compressed(Frames.deflated(bytes(0xC0, 0x80)))),
                arguments("compressed data corrupt", 1007, compressed(bytes(0xFF, 0xFF))),
                arguments(
                        "compressed data cut",
                        1007,
                        compressed(cutShort(Frames.deflated(utf8("Hello, hello"))))),
                arguments(
                        "inflated over limit", 1009, compressed(Frames.deflated(new byte[1_001]))));
    }

    @ParameterizedTest(name = "{0} is answered with {1}")
    @MethodSource("brokenRules")
    void aBrokenRuleEndsTheConnectionWithItsCloseCode(String rule, int closeCode, Frames input) {
        byte[] wire = input.done();

        List<String> events = DecodeRun.whole(wire);

        assertThat(events).as(rule).last().asString().startsWith("violation " + closeCode + " ");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenRules")
    void nothingIsReportedOneByteEarlierNorAnythingLater(String rule, int closeCode, Frames input) {
        byte[] wire = input.done();
        FrameDecoder decoder = new FrameDecoder(Role.SERVER, DecodeRun.LIMITS, true);
        RecordedEvents sink = new RecordedEvents();

        DecodeRun.feed(decoder, wire, 0, wire.length - 1, sink);
        assertThat(sink.violations).as(rule).isZero();
        DecodeRun.feed(decoder, wire, wire.length - 1, wire.length, sink);
        byte[] more = in().text("late").close(1000, new byte[0]).done();
        DecodeRun.feed(decoder, more, 0, more.length, sink);

        assertThat(sink.violations).isEqualTo(1);
        assertThat(sink.events).last().asString().startsWith("violation " + closeCode);
        assertThat(decoder.idle()).isTrue();
        assertThat(decoder.bufferedBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF})
    void aReservedOpcodeIsAProtocolError(int opcode) {
        assertThat(DecodeRun.whole(in().raw(0x80 | opcode).done()))
                .singleElement()
                .asString()
                .startsWith("violation 1002");
    }

    @Test
    void rsv1IsAProtocolErrorWhenCompressionWasNotNegotiated() {
        RecordedEvents sink = new RecordedEvents();

        DecodeRun.feed(
                new FrameDecoder(Role.SERVER, DecodeRun.LIMITS, false), bytes(0xC1), 0, 1, sink);

        assertThat(sink.events)
                .containsExactly("violation 1002 RSV1 set without permessage-deflate; send 0");
    }

    @Test
    void aClientRejectsMaskedFramesAndReadsUnmaskedOnes() {
        RecordedEvents sink = new RecordedEvents();

        DecodeRun.feed(
                new FrameDecoder(Role.CLIENT, DecodeRun.LIMITS, false),
                bytes(0x81, 1, 'a', 0x81, 0x81),
                0,
                5,
                sink);

        assertThat(sink.events)
                .containsExactly(
                        "text 61", "violation 1002 Masked frame; servers never mask a frame");
    }

    @Test
    void closeCodesAreThoseThatMayStandInACloseFrame() {
        int[] accepted = IntStream.range(0, 0x1_0000)
                .filter(code -> DecodeRun.whole(in().close(code, utf8("bye")).done())
                        .equals(List.of("close " + code + " bye")))
                .toArray();
        int[] refused = IntStream.range(0, 0x1_0000)
                .filter(code -> DecodeRun.whole(in().close(code, utf8("bye")).done())
                        .equals(List.of("violation 1002 Close code " + code + " must not be sent")))
                .toArray();

        int[] valid = IntStream.of(
                        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014)
                .toArray();
        assertThat(accepted)
                .containsExactly(IntStream.concat(IntStream.of(valid), IntStream.range(3000, 5000))
                        .toArray());
        assertThat(refused.length).isEqualTo(0x1_0000 - accepted.length);
    }

    @Test
    void aCloseFrameWithoutACodeIsToldAs1005AndEndsTheInput() {
        byte[] wire = in().frame(8, true, new byte[0]).text("late").done();

        assertThat(DecodeRun.whole(wire)).containsExactly("close 1005 ");
    }

    @Test
    void invalidTextIsToldInTheMiddleOfItsFrame() {
        byte[] wire =
                in().raw(0x81, 0xFE, 0x03, 0xE8, 0, 0, 0, 0, 'a', 0xED, 0xA0).done();

        assertThat(DecodeRun.whole(wire))
                .containsExactly("violation 1007 Text message is not valid UTF-8");
    }

    @Test
    void controlFramesComeBetweenTheFragmentsOfAMessage() {
        byte[] wire = in().frame(1, false, bytes('a', 0xC3))
                .frame(9, true, utf8("p"))
                .frame(0, false, new byte[0])
                .frame(10, true, new byte[0])
                .frame(0, true, bytes(0xA9))
                .done();

        assertThat(DecodeRun.whole(wire)).containsExactly("ping 70", "pong ", "text 61c3a9");
    }

    @Test
    void aMessageOfExactlyTheLimitsPasses() {
        byte[] wire = in().frame(2, false, new byte[500])
                .frame(0, false, new byte[0])
                .frame(0, false, new byte[500])
                .frame(0, true, new byte[0])
                .done();

        assertThat(DecodeRun.whole(wire)).containsExactly("binary " + "00".repeat(1_000));
    }

    @Test
    void aCompressedMessageMayComeInFragmentsAndBePrecededByAnUncompressedOne() {
        byte[] payload = Frames.deflated(utf8("Hello"));
        byte[] wire = in().text("plain")
                .frame(1, false, true, bytes(payload[0], payload[1], payload[2]))
                .frame(9, true, new byte[0])
                .frame(0, true, Arrays.copyOfRange(payload, 3, payload.length))
                .text("plain")
                .done();

        assertThat(DecodeRun.whole(wire))
                .containsExactly("text 706c61696e", "ping ", "text 48656c6c6f", "text 706c61696e");
    }

    @Test
    void aSinkMayStopTheDecoderInTheMiddleOfTheInput() {
        FrameDecoder decoder = new FrameDecoder(Role.SERVER, DecodeRun.LIMITS, false);
        RecordedEvents sink = new RecordedEvents();
        FrameSink stopping = new StopAtPing(decoder, sink);
        byte[] wire = in().frame(1, false, utf8("a"))
                .frame(9, true, utf8("p"))
                .frame(0, true, utf8("b"))
                .done();

        DecodeRun.feed(decoder, wire, 0, wire.length, stopping);

        assertThat(sink.events).containsExactly("ping 70");
        assertThat(decoder.bufferedBytes()).isZero();
    }

    @Test
    void theDecoderIsIdleOnlyBetweenMessages() {
        FrameDecoder decoder = new FrameDecoder(Role.SERVER, DecodeRun.LIMITS, false);
        RecordedEvents sink = new RecordedEvents();
        byte[] wire = in().frame(1, false, utf8("a"))
                .frame(9, true, utf8("p"))
                .frame(0, true, utf8("b"))
                .done();

        for (int at = 0; at < wire.length; at++) {
            assertThat(decoder.idle()).as("before byte %d", at).isEqualTo(at == 0);
            DecodeRun.feed(decoder, wire, at, at + 1, sink);
        }

        assertThat(decoder.idle()).isTrue();
        assertThat(sink.events).containsExactly("ping 70", "text 6162");
    }

    @Test
    void afterASinkThatThrewTheDecoderReadsTheNextInput() {
        FrameDecoder decoder = new FrameDecoder(Role.SERVER, DecodeRun.LIMITS, false);
        RecordedEvents sink = new RecordedEvents();
        FrameSink throwing = new StopAtPing(decoder, sink) {
            @Override
            public void text(byte[] bytes, int from, int to) {
                throw new IllegalStateException("full");
            }
        };
        byte[] first = in().text("lost").done();
        byte[] second = in().frame(2, true, utf8("b")).done();

        assertThatThrownBy(() -> DecodeRun.feed(decoder, first, 0, first.length, throwing))
                .hasMessage("full");
        assertThat(decoder.idle()).isTrue();
        DecodeRun.feed(decoder, second, 0, second.length, throwing);

        assertThat(sink.events).containsExactly("binary 62");
    }

    private static class StopAtPing implements FrameSink {
        private final FrameDecoder decoder;
        private final RecordedEvents seen;

        StopAtPing(FrameDecoder decoder, RecordedEvents seen) {
            this.decoder = decoder;
            this.seen = seen;
        }

        @Override
        public void text(byte[] bytes, int from, int to) {
            seen.text(bytes, from, to);
        }

        @Override
        public void binary(byte[] bytes, int from, int to) {
            seen.binary(bytes, from, to);
        }

        @Override
        public void ping(byte[] bytes, int from, int to) {
            seen.ping(bytes, from, to);
            decoder.stop();
        }

        @Override
        public void pong(byte[] bytes, int from, int to) {
            seen.pong(bytes, from, to);
        }

        @Override
        public void close(int code, String reason) {
            seen.close(code, reason);
        }

        @Override
        public void violation(int closeCode, String reason) {
            seen.violation(closeCode, reason);
        }
    }

    private static Frames in() {
        return new Frames();
    }

    private static Frames compressed(byte[] payload) {
        return in().frame(1, true, true, payload);
    }

    private static byte[] cutShort(byte[] payload) {
        return Arrays.copyOf(payload, payload.length - 3);
    }
}
