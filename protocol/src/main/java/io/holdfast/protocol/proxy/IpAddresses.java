package io.holdfast.protocol.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Addresses from text, and never from names: {@link InetAddress#getByName} would ask the network
 * for what is not an address.
 */
final class IpAddresses {
    private static final int IPV4_PARTS = 4;
    private static final int GREATEST_OCTET = 255;
    private static final int MAX_OCTET_DIGITS = 3;
    private static final int IPV6_BYTES = 16;
    private static final int MAX_GROUP_DIGITS = 4;

    private IpAddresses() {}

    /** @param size 4 or 16 */
    static InetAddress of(byte[] bytes, int from, int size) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + size));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "An address of " + size + " bytes; expected 4 or 16", e);
        }
    }

    /** Four decimal numbers without leading zeros, which some read as octal; null for others. */
    static byte @Nullable [] parseIpv4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != IPV4_PARTS) {
            return null;
        }
        byte[] address = new byte[IPV4_PARTS];
        for (int i = 0; i < IPV4_PARTS; i++) {
            int octet = decimal(parts[i], MAX_OCTET_DIGITS);
            if (octet < 0 || octet > GREATEST_OCTET) {
                return null;
            }
            address[i] = (byte) octet;
        }
        return address;
    }

    /** RFC 4291 §2.2, all three forms; null for others. */
    static byte @Nullable [] parseIpv6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            byte[] whole = parseGroups(text);
            return whole != null && whole.length == IPV6_BYTES ? whole : null;
        }
        byte[] head = parseGroups(text.substring(0, gap));
        byte[] tail = parseGroups(text.substring(gap + 2));
        boolean tailedHead = text.lastIndexOf('.', gap) >= 0;
        if (head == null || tail == null || tailedHead) {
            return null;
        }
        if (head.length + tail.length >= IPV6_BYTES) {
            return null; // "::" stands for at least one group
        }
        byte[] address = Arrays.copyOf(head, IPV6_BYTES);
        System.arraycopy(tail, 0, address, IPV6_BYTES - tail.length, tail.length);
        return address;
    }

    /** Digits only, no leading zero; -1 for others. */
    static int decimal(String text, int maxDigits) {
        if (text.isEmpty()
                || text.length() > maxDigits
                || (text.length() > 1 && text.charAt(0) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            value = 10 * value + (digit - '0');
        }
        return value;
    }

    /** Groups of hexadecimal digits apart by colons, the last perhaps an IPv4 address. */
    private static byte @Nullable [] parseGroups(String text) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        String[] groups = text.split(":", -1);
        byte[] bytes = new byte[2 * groups.length + 2];
        int length = 0;
        for (int i = 0; i < groups.length; i++) {
            byte[] ipv4 = i == groups.length - 1 ? parseIpv4(groups[i]) : null;
            if (ipv4 != null) {
                System.arraycopy(ipv4, 0, bytes, length, IPV4_PARTS);
                length += IPV4_PARTS;
                continue;
            }
            int group = hexadecimal(groups[i]);
            if (group < 0) {
                return null;
            }
            bytes[length++] = (byte) (group >> 8);
            bytes[length++] = (byte) group;
        }
        return Arrays.copyOf(bytes, length);
    }

    private static int hexadecimal(String text) {
        if (text.isEmpty() || text.length() > MAX_GROUP_DIGITS) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            int nibble = digit < 128 ? Character.digit(digit, 16) : -1;
            if (nibble < 0) {
                return -1;
            }
            value = 16 * value + nibble;
        }
        return value;
    }
}
