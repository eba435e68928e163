package io.holdfast.protocol.proxy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Headers as a proxy would send them, right and wrong ones. */
final class ProxyWire {

    private ProxyWire() {}

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    static byte[] line(String afterProxy) {
        return ascii("PROXY " + afterProxy + "\r\n");
    }

    static byte[] block(int versionAndCommand, int family, byte[] rest) {
        byte[] fixed = hex("0d0a0d0a000d0a515549540a 00000000");
        fixed[12] = (byte) versionAndCommand;
        fixed[13] = (byte) family;
        fixed[14] = (byte) (rest.length >> 8);
        fixed[15] = (byte) rest.length;
        byte[] block = Arrays.copyOf(fixed, fixed.length + rest.length);
        System.arraycopy(rest, 0, block, fixed.length, rest.length);
        return block;
    }
}
