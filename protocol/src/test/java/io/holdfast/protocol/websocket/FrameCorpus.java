package io.holdfast.protocol.websocket;

import static io.holdfast.protocol.websocket.Frames.bytes;
import static io.holdfast.protocol.websocket.Frames.utf8;

import java.util.Arrays;
import java.util.List;

/** Inputs of one connection each, right and wrong ones, that reach every branch of the decoder. */
final class FrameCorpus {

    private FrameCorpus() {}

    static List<byte[]> inputs() {
        byte[] none = {};
        byte[] text = utf8("héllo €uro \uD83D\uDE00 and eight more bytes");
        byte[] deflated = Frames.deflated(text);
        byte[] half = Arrays.copyOf(deflated, deflated.length / 2);
        byte[] otherHalf = Arrays.copyOfRange(deflated, deflated.length / 2, deflated.length);
        return List.of(
                in().text("a")
                        .text("")
                        .text("héllo")
                        .frame(2, true, bytes(0, 255))
                        .done(),
                in().frame(1, true, text)
                        .frame(9, true, text)
                        .frame(1, true, text)
                        .done(),
                in().frame(2, true, new byte[126]).frame(2, true, new byte[300]).done(),
                in().frame(9, true, new byte[125])
                        .frame(10, true, none)
                        .frame(9, true, none)
                        .done(),
                in().frame(1, false, bytes(0xF0))
                        .frame(9, true, utf8("between"))
                        .frame(0, false, none)
                        .frame(0, true, bytes(0x9F, 0x98, 0x80))
                        .text("next")
                        .done(),
                in().frame(2, false, none)
                        .frame(0, false, none)
                        .frame(0, true, none)
                        .done(),
                in().frame(2, false, new byte[400])
                        .frame(0, true, new byte[600])
                        .done(),
                in().frame(2, false, new byte[400])
                        .frame(0, true, new byte[601])
                        .done(),
                in().frame(1, true, true, deflated)
                        .text("plain")
                        .frame(2, true, true, deflated)
                        .done(),
                in().frame(1, false, true, half)
                        .frame(9, true, none)
                        .frame(0, true, otherHalf)
                        .done(),
                in().frame(1, true, true, half).text("never seen").done(),
                in().frame(1, true, true, Frames.deflated(new byte[1_001])).done(),
                in().frame(1, true, utf8("bad \uD83D\uDE00"))
                        .frame(1, true, bytes('b', 0xED, 0xA0, 0x80))
                        .done(),
                in().frame(1, false, bytes(0xE2, 0x82))
                        .frame(0, true, bytes('x'))
                        .done(),
                in().text("last")
                        .close(1000, utf8("gut, schön"))
                        .text("never seen")
                        .done(),
                in().frame(8, true, none).raw(0xFF, 0xFF).done(),
                in().close(1005, none).done(),
                in().close(1000, bytes(0xFF)).done(),
                in().text("a").raw(0xB1, 0x80).done(),
                in().text("a").raw(0x81, 0x05, 'p', 'l', 'a', 'i', 'n').done(),
                in().raw(0x82, 0xFF, 0, 0, 0, 0, 0, 0, 3, 0xE8, 1, 2, 3, 4).done(),
                in().raw(0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4).done(),
                in().frame(1, false, none)
                        .frame(0, false, none)
                        .frame(0, false, none)
                        .frame(0, false, none)
                        .frame(0, true, none)
                        .done());
    }

    private static Frames in() {
        return new Frames();
    }
}
