package io.holdfast.protocol.reconnect;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a server sends a client to.
 *
 * @param host a name or an address; an IPv6 address without brackets
 */
public record Target(String host, int port) {
    /** A name of the DNS is at most 253 characters; an address is shorter. */
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}");

    private static final Pattern NAME_AND_PORT =
            Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])" + ":([0-9]{1,5})");

    private static final int MAX_PORT = 65_535;

    public Target {
        if (!isValid(host, port)) {
            throw new IllegalArgumentException(
                    "A target with port " + port + " and a host of " + host.length()
                            + " characters; expected a name or an address, and 1 to 65535.");
        }
    }

    /** Whether what a server sent can be a target. */
    public static boolean isValid(String host, int port) {
        return port >= 1 && port <= MAX_PORT && HOST.matcher(host).matches();
    }

    /** Reads {@code host:port}, the reason of a close with 4102; null when it is none. */
    public static @Nullable Target parse(String hostAndPort) {
        Matcher matcher = NAME_AND_PORT.matcher(hostAndPort);
        if (!matcher.matches()) {
            return null;
        }
        String host = matcher.group(1);
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = Integer.parseInt(matcher.group(2));
        return isValid(host, port) ? new Target(host, port) : null;
    }
}
