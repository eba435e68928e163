package io.holdfast.client;

import io.holdfast.protocol.reconnect.Target;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An address that was checked.
 *
 * @param host without brackets
 * @param pathAndQuery begins with a slash; empty for TCP without one
 */
record Endpoint(Scheme scheme, String host, int port, String pathAndQuery) {
    enum Scheme {
        WS(false, 80),
        WSS(true, 443),
        TCP(false, -1),
        TLS(true, -1),
        HTTP(false, 80),
        HTTPS(true, 443);

        final boolean secure;
        final int defaultPort;

        Scheme(boolean secure, int defaultPort) {
            this.secure = secure;
            this.defaultPort = defaultPort;
        }

        boolean isTcp() {
            return this == TCP || this == TLS;
        }
    }

    private static final int MAX_PORT = 65_535;

    /** @throws IllegalArgumentException in one sentence when the text is none of these addresses */
    static Endpoint parse(String url, Scheme... allowed) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException malformed) {
            // Not as the cause: its message repeats the whole text.
            throw wrong(url, allowed);
        }
        Scheme scheme = null;
        for (Scheme one : allowed) {
            if (one.name().equalsIgnoreCase(uri.getScheme())) {
                scheme = one;
            }
        }
        String host = uri.getHost();
        if (scheme == null || host == null) {
            throw wrong(url, allowed);
        }
        int port = uri.getPort() < 0 ? scheme.defaultPort : uri.getPort();
        if (port < 1 || port > MAX_PORT || uri.getRawUserInfo() != null) {
            throw wrong(url, allowed);
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String plain = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new Endpoint(scheme, plain, port, asciiOnly(url, path + query));
    }

    private static String asciiOnly(String url, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x7F) {
                throw new IllegalArgumentException("The address " + shown(url)
                        + " has characters that a URL has not; write them as %XX.");
            }
        }
        return text;
    }

    /**
     * For people: without the query, in which servers have tokens, and without user and password,
     * also where the text is no address.
     */
    private static String shown(String url) {
        String path = withoutQuery(url);
        int at = path.lastIndexOf('@');
        int slashes = path.indexOf("//");
        int host = slashes < 0 ? 0 : slashes + 2;
        if (at >= host) {
            return path.substring(0, host) + "…" + path.substring(at);
        }
        // A password may have a question mark, which is then not where a query begins.
        boolean password = url.indexOf('@') >= 0 && path.indexOf('/', host) < 0;
        return password ? path.substring(0, host) + "…" : path;
    }

    static String withoutQuery(String text) {
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query) + "?…";
    }

    private static IllegalArgumentException wrong(String url, Scheme[] allowed) {
        StringBuilder schemes = new StringBuilder();
        for (Scheme one : allowed) {
            schemes.append(schemes.isEmpty() ? "" : ", ")
                    .append(one.name().toLowerCase(Locale.ROOT))
                    .append("://host:port");
        }
        return new IllegalArgumentException("The address " + shown(url) + " is not one of "
                + schemes + ", without user and password.");
    }

    /** The same service at another place. */
    Endpoint at(@Nullable Target target) {
        return target == null
                ? this
                : new Endpoint(scheme, target.host(), target.port(), pathAndQuery);
    }

    Endpoint withPath(String newPathAndQuery) {
        return new Endpoint(scheme, host, port, newPathAndQuery);
    }

    /** Whose server it is, for the lines of the log. */
    String origin() {
        return scheme.name().toLowerCase(Locale.ROOT) + "://" + host + ":" + port;
    }

    /** For people: without the query, in which servers have tokens. */
    @Override
    public String toString() {
        return origin() + withoutQuery(pathAndQuery);
    }
}
