package io.holdfast.transport;

import io.holdfast.protocol.websocket.OpeningHandshake;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request's line and headers. No request that Holdfast answers has a body.
 *
 * @param path the target's path, still percent-encoded, without the query
 * @param query what follows the first {@code ?}, still encoded; empty when there is none
 * @param remote the peer's address as the socket knows it
 */
public record RequestHead(
        String method, String path, String query, HttpHeaders headers, InetSocketAddress remote) {

    static RequestHead of(
            String method, String target, HttpHeaders headers, InetSocketAddress remote) {
        String origin = originForm(target);
        int mark = origin.indexOf('?');
        return mark < 0
                ? new RequestHead(method, origin, "", headers, remote)
                : new RequestHead(
                        method,
                        origin.substring(0, mark),
                        origin.substring(mark + 1),
                        headers,
                        remote);
    }

    /** A server must accept the absolute form too (RFC 9112 section 3.2.2). */
    private static String originForm(String target) {
        int scheme = target.indexOf("://");
        if (target.startsWith("/") || scheme < 0) {
            return target;
        }
        int path = target.indexOf('/', scheme + 3);
        return path < 0 ? "/" : target.substring(path);
    }

    /** The first value of a header, whatever the case of its name. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    public List<String> headerValues(String name) {
        return headers.getAll(name);
    }

    /** Whether the client offers to speak it over WebSocket: in any of its lists of subprotocols. */
    public boolean offersSubprotocol(String subprotocol) {
        return OpeningHandshake.offersSubprotocol(
                headerValues("sec-websocket-protocol"), subprotocol);
    }

    /** The decoded value of the first query parameter of that name; null when absent or not decodable. */
    public @Nullable String queryParameter(String name) {
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (key.equals(name)) {
                return equals < 0 ? "" : decoded(pair.substring(equals + 1));
            }
        }
        return null;
    }

    /** The text with its percent escapes resolved, or null when they are malformed. */
    public static @Nullable String decoded(String encoded) {
        try {
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }
}
