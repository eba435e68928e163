package io.holdfast.protocol.websocket;

import static io.holdfast.protocol.websocket.Frames.bytes;
import static io.holdfast.protocol.websocket.Frames.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameWriterTest {

    @Test
    void writesTheExamplesOfTheRfc() {
        byte[] unmasked = new byte[7];
        int at = FrameWriter.writeHeader(unmasked, 0, Opcode.TEXT, true, false, 5);
        System.arraycopy(utf8("Hello"), 0, unmasked, at, 5);

        assertThat(unmasked).isEqualTo(bytes(0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F));
        assertThat(new Frames().text("Hello").done())
                .isEqualTo(bytes(0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 125, 126, 127, 65_535, 65_536, 70_001})
    void whatIsWrittenIsDecodedMaskedAndUnmasked(int length) {
        Random random = new Random(length);
        byte[] payload = new byte[length];
        random.nextBytes(payload);
        String expected = "binary " + HexFormat.of().formatHex(payload);
        int key = random.nextInt();

        byte[] fromClient = new byte[FrameWriter.maskedHeaderLength(length) + length];
        int at = FrameWriter.writeMaskedHeader(
                fromClient, 0, Opcode.BINARY, true, false, length, key);
        System.arraycopy(payload, 0, fromClient, at, length);
        FrameWriter.mask(fromClient, at, fromClient.length, key);
        byte[] fromServer = new byte[FrameWriter.headerLength(length) + length];
        int serverAt = FrameWriter.writeHeader(fromServer, 0, Opcode.BINARY, true, false, length);
        System.arraycopy(payload, 0, fromServer, serverAt, length);

        assertThat(at).isEqualTo(fromClient.length - length);
        assertThat(serverAt).isEqualTo(fromServer.length - length);
        assertThat(decoded(Role.SERVER, fromClient)).isEqualTo(expected);
        assertThat(decoded(Role.CLIENT, fromServer)).isEqualTo(expected);
    }

    @Test
    void maskingInPiecesIsMaskingAtOnce() {
        byte[] whole = new byte[40];
        new Random(1).nextBytes(whole);
        byte[] inPieces = whole.clone();
        FrameWriter.mask(whole, 0, whole.length, Frames.KEY);
        for (int cut = 0; cut <= inPieces.length; cut++) {
            byte[] pieces = inPieces.clone();
            Masking.apply(pieces, 0, cut, Frames.KEY);
            Masking.apply(pieces, cut, pieces.length, Masking.after(Frames.KEY, cut));
            assertThat(pieces).as("cut at %d", cut).isEqualTo(whole);
        }
    }

    @Test
    void aCloseReasonIsCutBetweenCharacters() {
        byte[] cut = FrameWriter.close(1001, "x" + "\uD83D\uDE00".repeat(50));

        assertThat(cut.length).isEqualTo(2 + 1 + 30 * 4);
        assertThat(Utf8Validator.isValid(cut, 2, cut.length)).isTrue();
        assertThat(FrameWriter.close(1001, "x".repeat(200))).hasSize(125);
        assertThat(FrameWriter.close(1001, "x".repeat(123))).hasSize(125);
        assertThat(FrameWriter.close(4100, "é")).isEqualTo(bytes(0x10, 0x04, 0xC3, 0xA9));
    }

    @Test
    void aCloseWithoutACodeIsEmptyAndCodesThatMustNotBeSentAreRefused() {
        assertThat(FrameWriter.close(1005, "never sent")).isEmpty();
        assertThatThrownBy(() -> FrameWriter.close(1006, "lost"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1006");
    }

    private static String decoded(Role role, byte[] frame) {
        RecordedEvents sink = new RecordedEvents();
        DecodeRun.feed(
                new FrameDecoder(role, FrameLimits.DEFAULT, false), frame, 0, frame.length, sink);
        assertThat(sink.events).hasSize(1);
        return sink.events.get(0);
    }
}
