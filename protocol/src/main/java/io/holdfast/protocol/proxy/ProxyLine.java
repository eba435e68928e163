package io.holdfast.protocol.proxy;

import io.holdfast.protocol.proxy.ProxyHeader.Malformed;
import io.holdfast.protocol.proxy.ProxyHeader.Relayed;
import io.holdfast.protocol.proxy.ProxyHeader.Unknown;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The line of version 1 (section 2.1): {@code PROXY TCP4 source destination port port}, each apart
 * by exactly one space.
 */
final class ProxyLine {
    private static final int WORDS = 6;
    private static final int GREATEST_PORT = 65_535;
    private static final int MAX_PORT_DIGITS = 5;
    private static final int BAD = -1;

    private ProxyLine() {}

    /** @param line begins with "PROXY " and does not hold its end */
    static ProxyHeader parse(String line) {
        String[] words = line.split(" ", -1);
        if (words[1].equals("UNKNOWN")) {
            return Unknown.UNKNOWN; // "The receiver must ignore anything presented before the CRLF"
        }
        boolean tcp4 = words[1].equals("TCP4");
        if (!tcp4 && !words[1].equals("TCP6")) {
            return new Malformed(
                    ProxyFault.UNSUPPORTED,
                    "PROXY line has an unknown protocol; expected TCP4, TCP6 or UNKNOWN");
        }
        if (words.length != WORDS) {
            return malformed("two addresses and two ports, each after one space");
        }
        InetAddress source = address(words[2], tcp4);
        InetAddress destination = address(words[3], tcp4);
        if (source == null || destination == null) {
            return malformed(tcp4 ? "IPv4 addresses" : "IPv6 addresses");
        }
        int sourcePort = port(words[4]);
        int destinationPort = port(words[5]);
        if (sourcePort == BAD || destinationPort == BAD) {
            return malformed("ports of 0 to 65535 without leading zeros");
        }
        return new Relayed(source, sourcePort, destination, destinationPort);
    }

    private static Malformed malformed(String expected) {
        return new Malformed(
                ProxyFault.MALFORMED, "PROXY line is not as specified; expected " + expected);
    }

    private static @Nullable InetAddress address(String text, boolean tcp4) {
        byte[] bytes = tcp4 ? IpAddresses.parseIpv4(text) : IpAddresses.parseIpv6(text);
        return bytes == null ? null : IpAddresses.of(bytes, 0, bytes.length);
    }

    private static int port(String text) {
        int port = IpAddresses.decimal(text, MAX_PORT_DIGITS);
        return port > GREATEST_PORT ? BAD : port;
    }
}
