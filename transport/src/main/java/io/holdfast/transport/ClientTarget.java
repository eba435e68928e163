package io.holdfast.transport;

import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Where a client connects to, and what is spoken there. */
public sealed interface ClientTarget {
    /** A name or a literal address, without brackets. */
    String host();

    int port();

    /** Whose certificates are trusted; the host name is always checked. Null for plain text. */
    @Nullable
    SSLContext tls();

    /**
     * A WebSocket (RFC 6455).
     *
     * @param pathAndQuery as it stands in the request line
     * @param headers further ones of the handshake
     * @param subprotocols offered, the preferred one first
     * @param offerDeflate whether permessage-deflate is offered
     */
    record WebSocket(
            String host,
            int port,
            @Nullable SSLContext tls,
            String pathAndQuery,
            Map<String, String> headers,
            List<String> subprotocols,
            boolean offerDeflate)
            implements ClientTarget {}

    /** A line of JSON for each message, over TCP (spec: dialect-bot). */
    record Tcp(String host, int port, @Nullable SSLContext tls) implements ClientTarget {}

    /** One GET request, of which only the status matters. */
    record Http(String host, int port, @Nullable SSLContext tls, String pathAndQuery)
            implements ClientTarget {}

    /** Value of a Host header: brackets around IPv6, the port unless it is the scheme's own. */
    default String hostHeader() {
        String name = host().indexOf(':') >= 0 ? "[" + host() + "]" : host();
        return port() == (tls() == null ? 80 : 443) ? name : name + ":" + port();
    }
}
