package io.holdfast.server.auth;

import io.holdfast.server.config.Cidr;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the address of a client behind proxies. Each trusted proxy appends the address it saw, so
 * the list is believed from the right, and only as far as trusted proxies reach; what stands left
 * of that was written by the client.
 */
public final class ClientAddress {

    /** No sane chain is longer; bounds the work on a hostile header. */
    private static final int MAX_HOPS = 32;

    private final List<Cidr> trustedProxies;

    public ClientAddress(List<Cidr> trustedProxies) {
        this.trustedProxies = List.copyOf(trustedProxies);
    }

    /**
     * The right-most address that no trusted proxy has; the peer's own when it is not trusted.
     *
     * @param peer the other end of the TCP connection
     * @param forwardedFor all X-Forwarded-For headers, in order
     */
    public InetAddress resolve(InetAddress peer, List<String> forwardedFor) {
        InetAddress client = peer;
        if (forwardedFor.isEmpty() || !isTrusted(peer)) {
            return client;
        }
        String chain = String.join(",", forwardedFor);
        int end = chain.length();
        for (int hops = 0; hops < MAX_HOPS && end >= 0 && isTrusted(client); hops++) {
            int comma = chain.lastIndexOf(',', end - 1);
            InetAddress hop =
                    end == 0 ? null : parse(chain.substring(comma + 1, end).strip());
            if (hop == null) {
                // Not an address: nothing left of it can be believed either.
                return client;
            }
            client = hop;
            end = comma;
        }
        return client;
    }

    /** Whether that is one of our proxies, whose word about its clients is believed. */
    public boolean isTrusted(InetAddress address) {
        for (Cidr proxy : trustedProxies) {
            if (proxy.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** An address, as some proxies write it also with a port: 192.0.2.1:4711, [2001:db8::1]:443. */
    private static @Nullable InetAddress parse(String hop) {
        if (hop.startsWith("[")) {
            int end = hop.indexOf(']');
            return end < 0 ? null : Cidr.literal(hop.substring(1, end));
        }
        int colon = hop.indexOf(':');
        boolean v4WithPort = colon > 0 && colon == hop.lastIndexOf(':');
        return Cidr.literal(v4WithPort ? hop.substring(0, colon) : hop);
    }
}
