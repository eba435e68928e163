package io.holdfast.protocol.proxy;

import io.holdfast.protocol.proxy.ProxyHeader.Malformed;
import io.holdfast.protocol.proxy.ProxyHeader.Relayed;

import org.jspecify.annotations.Nullable;

/**
 * The binary header of version 2 (section 2.2): 12 bytes of signature, version and command, family
 * and transport, 2 bytes of length; then addresses, then TLVs.
 */
final class ProxyBlock {
    static final int FIXED_BYTES = 16;

    private static final int VERSION_AT = 12;
    private static final int FAMILY_AT = 13;
    private static final int LENGTH_AT = 14;

    private static final int VERSION_2 = 2;
    private static final int LOCAL = 0;
    private static final int PROXY = 1;
    private static final int INET = 1;
    private static final int INET6 = 2;
    private static final int UNIX = 3;
    /** UNSPEC, STREAM, DGRAM. */
    private static final int GREATEST_TRANSPORT = 2;

    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final int PORT_BYTES = 2;
    private static final int UNIX_PATHS_BYTES = 216;

    private ProxyBlock() {}

    /** Bytes after the fixed ones. */
    static int length(byte[] block) {
        return readUnsignedShort(block, LENGTH_AT);
    }

    /** Section 2.2: a LOCAL connection's addresses are skipped, whatever they say. */
    static boolean isLocal(byte[] block) {
        return (block[VERSION_AT] & 0x0F) == LOCAL;
    }

    /** Bytes of the addresses that are of use: none for LOCAL, UNSPEC and UNIX. */
    static int usedBytes(byte[] block) {
        int addressBytes = addressBytes(block);
        return addressBytes == 0 ? 0 : 2 * (addressBytes + PORT_BYTES);
    }

    /** What is wrong with the fixed bytes, or null. */
    static @Nullable Malformed fault(byte[] block) {
        int version = (block[VERSION_AT] >> 4) & 0x0F;
        int command = block[VERSION_AT] & 0x0F;
        if (version != VERSION_2 || command > PROXY) {
            return new Malformed(
                    ProxyFault.UNSUPPORTED,
                    "PROXY header has an unknown version or command; expected version 2 with"
                            + " LOCAL or PROXY");
        }
        if (command == LOCAL) {
            return null;
        }
        int family = (block[FAMILY_AT] >> 4) & 0x0F;
        int transport = block[FAMILY_AT] & 0x0F;
        if (family > UNIX || transport > GREATEST_TRANSPORT) {
            return new Malformed(
                    ProxyFault.UNSUPPORTED,
                    "PROXY header has an unknown address family or transport; expected TCP over"
                            + " IPv4 or IPv6");
        }
        int needed = family == UNIX ? UNIX_PATHS_BYTES : usedBytes(block);
        if (length(block) < needed) {
            return new Malformed(
                    ProxyFault.MALFORMED,
                    "PROXY header is too short for its addresses; expected at least " + needed
                            + " bytes after the first 16");
        }
        return null;
    }

    /** The addresses behind the fixed bytes; not to be called without any. */
    static ProxyHeader addresses(byte[] block) {
        int size = addressBytes(block);
        int ports = FIXED_BYTES + 2 * size;
        return new Relayed(
                IpAddresses.of(block, FIXED_BYTES, size),
                readUnsignedShort(block, ports),
                IpAddresses.of(block, FIXED_BYTES + size, size),
                readUnsignedShort(block, ports + PORT_BYTES));
    }

    /** Of one address; 0 where there is none, and for half a family or transport (UNSPEC). */
    private static int addressBytes(byte[] block) {
        if (isLocal(block) || (block[FAMILY_AT] & 0x0F) == 0) {
            return 0;
        }
        return switch ((block[FAMILY_AT] >> 4) & 0x0F) {
            case INET -> IPV4_BYTES;
            case INET6 -> IPV6_BYTES;
            default -> 0;
        };
    }

    private static int readUnsignedShort(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
    }
}
