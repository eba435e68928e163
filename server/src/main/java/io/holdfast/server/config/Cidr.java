package io.holdfast.server.config;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** A block of IP addresses such as {@code 10.0.0.0/8} (RFC 4632); one address is a full prefix. */
public record Cidr(InetAddress base, int prefixBits) {

    /** The longest text form of an IPv6 address with an embedded IPv4 one. */
    private static final int MAX_LITERAL_LENGTH = 45;

    /** Null when the text is no block. Bits after the prefix are ignored. */
    public static @Nullable Cidr parse(String text) {
        int slash = text.indexOf('/');
        InetAddress base = literal(slash < 0 ? text : text.substring(0, slash));
        if (base == null) {
            return null;
        }
        int width = base.getAddress().length * 8;
        int prefix = slash < 0 ? width : prefix(text.substring(slash + 1));
        return prefix < 0 || prefix > width ? null : new Cidr(base, prefix);
    }

    /** The address that a literal names, or null; never asks DNS. */
    public static @Nullable InetAddress literal(String text) {
        boolean v6 = text.indexOf(':') >= 0;
        // Two dots and less are legacy forms (10.1 for 10.0.0.1); a scope id means this host only.
        boolean plausible = !text.isEmpty()
                && text.length() <= MAX_LITERAL_LENGTH
                && text.chars().allMatch(c -> isAddressCharacter(c, v6))
                && (v6 || text.chars().filter(c -> c == '.').count() == 3);
        if (!plausible) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** IPv4 addresses mapped into IPv6 arrive as IPv4, so they match IPv4 blocks. */
    public boolean contains(InetAddress address) {
        byte[] mine = base.getAddress();
        byte[] theirs = address.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        int whole = prefixBits / 8;
        for (int i = 0; i < whole; i++) {
            if (mine[i] != theirs[i]) {
                return false;
            }
        }
        int rest = prefixBits % 8;
        return rest == 0 || ((mine[whole] ^ theirs[whole]) & 0xff) >>> (8 - rest) == 0;
    }

    @Override
    public String toString() {
        return base.getHostAddress() + "/" + prefixBits;
    }

    private static boolean isAddressCharacter(int c, boolean v6) {
        return (c >= '0' && c <= '9')
                || c == '.'
                || (v6 && (c == ':' || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
    }

    private static int prefix(String text) {
        boolean number = !text.isEmpty()
                && text.length() <= 3
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Integer.parseInt(text) : -1;
    }
}
