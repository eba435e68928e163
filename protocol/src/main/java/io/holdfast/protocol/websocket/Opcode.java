package io.holdfast.protocol.websocket;

/** The opcodes of RFC 6455 §5.2: plain numbers, because they are read from and written to bytes. */
public final class Opcode {

    public static final int CONTINUATION = 0x0;
    public static final int TEXT = 0x1;
    public static final int BINARY = 0x2;
    public static final int CLOSE = 0x8;
    public static final int PING = 0x9;
    public static final int PONG = 0xA;

    private Opcode() {}

    /**
     * Control frames have the high bit of the opcode set, the reserved ones too (RFC 6455 §5.5).
     */
    public static boolean isControl(int opcode) {
        return (opcode & 0x8) != 0;
    }

    /** 3 to 7 and 11 to 15 wait for extensions that nobody has defined. */
    public static boolean isReserved(int opcode) {
        return opcode > PONG || (opcode > BINARY && opcode < CLOSE);
    }
}
