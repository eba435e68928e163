package io.holdfast.protocol.proxy;

import java.net.InetAddress;

/** What a PROXY protocol header said. */
public sealed interface ProxyHeader {

    /**
     * The connection is relayed for somebody.
     *
     * @param source whose connection it is; an IPv4 address mapped into IPv6 is given as IPv4
     * @param sourcePort 0 to 65,535
     * @param destination where it arrived at the proxy
     * @param destinationPort 0 to 65,535
     */
    record Relayed(InetAddress source, int sourcePort, InetAddress destination, int destinationPort)
            implements ProxyHeader {}

    /** The proxy speaks for itself, as in a health check: the connection's own address holds. */
    record Local() implements ProxyHeader {
        static final Local LOCAL = new Local();
    }

    /** Relayed, but from no address of the internet: the connection's own address holds. */
    record Unknown() implements ProxyHeader {
        static final Unknown UNKNOWN = new Unknown();
    }

    /**
     * No valid header: to be closed, without an answer.
     *
     * @param reason for the log; ASCII, holds no input
     */
    record Malformed(ProxyFault fault, String reason) implements ProxyHeader {}
}
