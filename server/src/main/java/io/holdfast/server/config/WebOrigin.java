package io.holdfast.server.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The origin of a web page (RFC 6454): scheme, host and port, lower case, with the default port
 * made explicit so that {@code https://a.example} equals {@code https://a.example:443}.
 *
 * @param port −1 when the scheme has no default and none was given
 */
public record WebOrigin(String scheme, String host, int port) {

    /** In a list of allowed origins: every origin that can be parsed. */
    public static final WebOrigin ANY = new WebOrigin("*", "*", -1);

    /** What browsers send for sandboxed frames and local files; never equal to a real origin. */
    public static final WebOrigin OPAQUE = new WebOrigin("null", "", -1);

    private static final int MAX_LENGTH = 300;

    /** Null when the text is not exactly one serialized origin; {@code *} is not one either. */
    public static @Nullable WebOrigin parse(String text) {
        if (text.equals("null")) {
            return OPAQUE;
        }
        int separator = text.indexOf("://");
        if (separator < 1 || text.length() > MAX_LENGTH) {
            return null;
        }
        String scheme = text.substring(0, separator).toLowerCase(Locale.ROOT);
        String authority = text.substring(separator + 3);
        int portAt = authority.startsWith("[") ? authority.indexOf("]") + 1 : hostEnd(authority);
        String host = authority.substring(0, portAt).toLowerCase(Locale.ROOT);
        int port = port(authority.substring(portAt), scheme);
        boolean wellFormed = isScheme(scheme) && isHost(host, scheme) && port >= -1;
        return wellFormed ? new WebOrigin(scheme, host, port) : null;
    }

    @Override
    public String toString() {
        if (equals(ANY) || equals(OPAQUE)) {
            return scheme;
        }
        return scheme + "://" + host + (port < 0 || port == defaultPort(scheme) ? "" : ":" + port);
    }

    private static int hostEnd(String authority) {
        int colon = authority.indexOf(':');
        return colon < 0 ? authority.length() : colon;
    }

    private static int defaultPort(String scheme) {
        return switch (scheme) {
            case "http", "ws" -> 80;
            case "https", "wss" -> 443;
            default -> -1;
        };
    }

    /** −2 when it is malformed. */
    private static int port(String suffix, String scheme) {
        if (suffix.isEmpty()) {
            return defaultPort(scheme);
        }
        String digits = suffix.substring(1);
        boolean number = suffix.charAt(0) == ':'
                && !digits.isEmpty()
                && digits.length() <= 5
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = number ? Integer.parseInt(digits) : 0;
        return port < 1 || port > 65_535 ? -2 : port;
    }

    private static boolean isScheme(String scheme) {
        return isLetter(scheme.charAt(0))
                && scheme.chars()
                        .allMatch(
                                c -> isLetter(c) || isDigit(c) || c == '+' || c == '-' || c == '.');
    }

    /** Registered names in ASCII, IPv4, bracketed IPv6; empty only for file:. */
    private static boolean isHost(String host, String scheme) {
        if (host.isEmpty()) {
            return scheme.equals("file");
        }
        if (host.startsWith("[")) {
            return host.endsWith("]") && Cidr.literal(host.substring(1, host.length() - 1)) != null;
        }
        return host.chars()
                .allMatch(c -> isLetter(c) || isDigit(c) || c == '-' || c == '.' || c == '_');
    }

    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }
}
