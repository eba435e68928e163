package io.holdfast.conformance.fuzz;

import java.util.Arrays;

/**
 * One input: two bytes that choose settings and cuts, so that the fuzzer can change them too, and
 * the bytes from the wire.
 *
 * @param setting 0 to 255; what it means is the target's business
 * @param cuts 0 to 255; see {@link Cutting#PIECES}
 */
record FuzzInput(int setting, int cuts, byte[] wire) {

    /** Where TCP cuts the wire. */
    enum Cutting {
        /** All of it at once. */
        WHOLE,
        /** A byte at a time. */
        BYTES,
        /** Pieces of different lengths that {@link FuzzInput#cuts} alone decides. */
        PIECES
    }

    /** What is fed with pieces: decodes a range and tells where it stopped. */
    interface Reader {
        int read(byte[] bytes, int from, int to);
    }

    /** Bytes beside a piece that nobody may look at. */
    private static final byte BESIDE = '\n';

    private static final int HEAD = 2;

    static FuzzInput of(byte[] input) {
        return new FuzzInput(
                input.length > 0 ? input[0] & 0xFF : 0,
                input.length > 1 ? input[1] & 0xFF : 0,
                Arrays.copyOfRange(input, Math.min(HEAD, input.length), input.length));
    }

    /** One of these, by the setting's lowest bits. */
    int choose(int... values) {
        return values[setting % values.length];
    }

    /**
     * Feeds the wire. Each piece stands alone in an array that is overwritten behind the call: who
     * keeps a range instead of copying it is found out. A reader that stops within a piece gets no
     * more.
     *
     * @return how many bytes were consumed
     */
    int feed(Cutting cutting, Reader reader) {
        byte[] room = new byte[wire.length + 2];
        Arrays.fill(room, BESIDE);
        int random = cuts;
        int from = 0;
        while (from < wire.length) {
            random = random * 1_103_515_245 + 12_345;
            int length = switch (cutting) {
                case WHOLE -> wire.length;
                case BYTES -> 1;
                case PIECES -> 1 + (random >>> 16) % (1 + cuts);
            };
            int to = Math.min(wire.length, from + length);
            System.arraycopy(wire, from, room, 1, to - from);
            int consumed = reader.read(room, 1, 1 + to - from) - 1;
            Arrays.fill(room, 0, to - from + 2, BESIDE);
            if (consumed != to - from) {
                return from + consumed;
            }
            from = to;
        }
        return from;
    }
}
