package io.holdfast.conformance.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.holdfast.conformance.fuzz.FuzzInput.Cutting;
import io.holdfast.protocol.proxy.ProxyHeader;
import io.holdfast.protocol.proxy.ProxyHeader.Malformed;
import io.holdfast.protocol.proxy.ProxyHeader.Relayed;
import io.holdfast.protocol.proxy.ProxyHeaderDecoder;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * PROXY headers of both versions: however they are cut the same, with addresses that are what the
 * JDK reads in them and that have one form only.
 */
public final class ProxyHeaderFuzz {
    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    private static final int FIXED_BYTES = 16;

    private ProxyHeaderFuzz() {}

    /** What the header said, and how many bytes were its. */
    private record Outcome(@Nullable ProxyHeader header, int consumed) {}

    /** The first of the two bytes in front stays without use: this decoder has no settings. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        FuzzInput input = FuzzInput.of(bytes);
        Outcome whole = run(input, Cutting.WHOLE);
        Invariant.same(whole, run(input, Cutting.BYTES), "cuts change nothing");
        Invariant.same(whole, run(input, Cutting.PIECES), "cuts change nothing");
        if (whole.header == null) {
            int most = FIXED_BYTES + ProxyHeaderDecoder.MAX_V2_LENGTH;
            Invariant.holds(input.wire().length < most, "a header has an end");
        } else if (whole.header instanceof Malformed malformed) {
            Invariant.holds(
                    malformed.reason().chars().allMatch(c -> c >= 0x20 && c < 0x7F),
                    "a reason is plain ASCII");
        } else {
            checkLength(input.wire(), whole.consumed);
            if (whole.header instanceof Relayed relayed) {
                checkRelayed(input.wire(), whole.consumed, relayed);
            }
        }
    }

    private static Outcome run(FuzzInput input, Cutting cutting) {
        ProxyHeaderDecoder decoder = new ProxyHeaderDecoder();
        // The whole first piece that it does not consume ends the feeding; so does a header.
        int consumed = input.feed(cutting, decoder::decode);
        ProxyHeader header = decoder.header();
        return new Outcome(header, header instanceof Malformed ? 0 : consumed);
    }

    private static void checkLength(byte[] wire, int consumed) {
        if (wire[0] == 'P') {
            Invariant.holds(
                    consumed <= ProxyHeaderDecoder.MAX_V1_BYTES
                            && new String(wire, 0, consumed, ISO_8859_1).endsWith("\r\n"),
                    "version 1 is one line of at most 107 bytes");
        } else {
            int length = ByteBuffer.wrap(wire).getShort(FIXED_BYTES - 2) & 0xFFFF;
            Invariant.same(FIXED_BYTES + length, consumed, "version 2 is as long as it says");
        }
    }

    private static void checkRelayed(byte[] wire, int consumed, Relayed relayed) {
        for (InetAddress address : new InetAddress[] {relayed.source(), relayed.destination()}) {
            byte[] bytes = address.getAddress();
            Invariant.holds((address instanceof Inet4Address) == (bytes.length == 4), "v4 is v4");
            Invariant.holds(!isMappedIpv4(bytes), "an IPv4 address has one form");
            Invariant.holds(address.toString().startsWith("/"), "no name is looked up");
        }
        Invariant.holds(
                isPort(relayed.sourcePort()) && isPort(relayed.destinationPort()),
                "ports are 0 to 65535");
        if (wire[0] == 'P') {
            String[] words = new String(wire, 0, consumed - 2, ISO_8859_1).split(" ", -1);
            Invariant.same(InetAddress.ofLiteral(words[2]), relayed.source(), "the JDK agrees");
            Invariant.same(
                    InetAddress.ofLiteral(words[3]), relayed.destination(), "the JDK agrees");
        }
        Invariant.same(
                relayed, run(asLine(relayed), Cutting.WHOLE).header, "as a line it says the same");
        Invariant.same(relayed, run(asBlock(relayed), Cutting.WHOLE).header, "as a block too");
    }

    private static boolean isMappedIpv4(byte[] bytes) {
        if (bytes.length != 16) {
            return false;
        }
        ByteBuffer address = ByteBuffer.wrap(bytes);
        return address.getLong() == 0 && address.getInt() == 0xFFFF;
    }

    private static boolean isPort(int port) {
        return port >= 0 && port <= 65_535;
    }

    private static boolean isIpv4(Relayed relayed) {
        return relayed.source() instanceof Inet4Address
                && relayed.destination() instanceof Inet4Address;
    }

    private static FuzzInput asLine(Relayed relayed) {
        boolean ipv4 = isIpv4(relayed);
        String line = (ipv4 ? "PROXY TCP4 " : "PROXY TCP6 ") + text(relayed.source(), ipv4) + " "
                + text(relayed.destination(), ipv4) + " " + relayed.sourcePort() + " "
                + relayed.destinationPort() + "\r\n";
        return new FuzzInput(0, 0, line.getBytes(ISO_8859_1));
    }

    private static String text(InetAddress address, boolean ipv4) {
        boolean mapped = !ipv4 && address instanceof Inet4Address;
        return (mapped ? "::ffff:" : "") + address.getHostAddress();
    }

    private static FuzzInput asBlock(Relayed relayed) {
        boolean ipv4 = isIpv4(relayed);
        int length = 2 * (ipv4 ? 4 : 16) + 4;
        ByteBuffer block = ByteBuffer.allocate(FIXED_BYTES + length)
                .put(SIGNATURE)
                .put((byte) 0x21)
                .put((byte) (ipv4 ? 0x11 : 0x21))
                .putShort((short) length);
        put(block, relayed.source(), ipv4);
        put(block, relayed.destination(), ipv4);
        block.putShort((short) relayed.sourcePort()).putShort((short) relayed.destinationPort());
        return new FuzzInput(0, 0, block.array());
    }

    private static void put(ByteBuffer block, InetAddress address, boolean ipv4) {
        if (!ipv4 && address instanceof Inet4Address) {
            block.putLong(0).putInt(0xFFFF);
        }
        block.put(address.getAddress());
    }
}
