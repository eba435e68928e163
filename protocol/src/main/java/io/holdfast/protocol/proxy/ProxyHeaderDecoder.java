package io.holdfast.protocol.proxy;

import io.holdfast.protocol.proxy.ProxyHeader.Local;
import io.holdfast.protocol.proxy.ProxyHeader.Malformed;
import io.holdfast.protocol.proxy.ProxyHeader.Unknown;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header before the first byte of a connection that a proxy relays.
 *
 * <p>Give it the bytes as they arrive, however they were cut, until {@link #header()} is there;
 * what it has not consumed is the first of the relayed bytes. A header is required: without one
 * anybody could speak for anybody. Confined to one thread; holds {@value #MAX_V1_BYTES} bytes.
 */
public final class ProxyHeaderDecoder {

    /** Section 2.1: the longest line possible, its end included. */
    public static final int MAX_V1_BYTES = 107;

    /**
     * What may follow the first 16 bytes of version 2: addresses take 216 bytes at most, and what
     * load balancers add in TLVs (TLS details, an endpoint's id) some hundred. 65,535 would be
     * legal, and a way to keep a connection busy before it is known.
     */
    public static final int MAX_V2_LENGTH = 4_096;

    private static final byte[] V1_PREFIX = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] V2_SIGNATURE = {
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
    };

    private final byte[] held = new byte[MAX_V1_BYTES];
    private int count;
    /** TLVs and unused addresses that are skipped behind what was held. */
    private int toSkip;

    /** What version 2's header will have said once the rest of it is skipped. */
    private @Nullable ProxyHeader pending;

    private @Nullable ProxyHeader header;

    /** What the header said; null until it has arrived whole or is known to be none. */
    public @Nullable ProxyHeader header() {
        return header;
    }

    /**
     * Consumes bytes up to the header's end.
     *
     * @return the index of the first byte that does not belong to the header; {@code to} when it
     *     goes on or is malformed
     */
    public int decode(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && header == null) {
            if (pending != null) {
                at = skip(at, to);
            } else {
                held[count++] = bytes[at++];
                read();
            }
        }
        return header instanceof Malformed ? to : at;
    }

    private int skip(int from, int to) {
        int skipped = Math.min(toSkip, to - from);
        toSkip -= skipped;
        if (toSkip == 0) {
            header = pending;
        }
        return from + skipped;
    }

    /** Looks at what is held, after each byte: a header has some fifty, once a connection. */
    private void read() {
        boolean version1 = held[0] == V1_PREFIX[0];
        byte[] start = version1 ? V1_PREFIX : V2_SIGNATURE;
        int last = count - 1;
        if (last < start.length) {
            if (held[last] != start[last]) {
                fail(
                        ProxyFault.NO_HEADER,
                        "Connection begins without a PROXY protocol header; let the proxy send"
                                + " one, or take its address out of trusted_proxies");
            }
        } else if (version1) {
            readV1(last);
        } else {
            readV2();
        }
    }

    private void readV1(int last) {
        if (held[last] == '\n') {
            header = held[last - 1] == '\r'
                    ? ProxyLine.parse(new String(held, 0, last - 1, StandardCharsets.ISO_8859_1))
                    : new Malformed(
                            ProxyFault.MALFORMED, "PROXY line ends without CR; end it with CR LF");
        } else if (count == MAX_V1_BYTES) {
            fail(
                    ProxyFault.TOO_LONG,
                    "PROXY line is longer than " + MAX_V1_BYTES + " bytes; end it with CR LF");
        }
    }

    private void readV2() {
        if (count < ProxyBlock.FIXED_BYTES) {
            return;
        }
        if (count == ProxyBlock.FIXED_BYTES) {
            int length = ProxyBlock.length(held);
            Malformed fault = ProxyBlock.fault(held);
            if (fault != null) {
                header = fault;
            } else if (length > MAX_V2_LENGTH) {
                fail(
                        ProxyFault.TOO_LONG,
                        "PROXY header announces more than " + MAX_V2_LENGTH
                                + " bytes; let the proxy send fewer TLVs");
            }
        }
        int wanted = ProxyBlock.FIXED_BYTES + ProxyBlock.usedBytes(held);
        if (header == null && count == wanted) {
            ProxyHeader said = said();
            toSkip = ProxyBlock.length(held) - ProxyBlock.usedBytes(held);
            if (toSkip == 0) {
                header = said;
            } else {
                pending = said;
            }
        }
    }

    private ProxyHeader said() {
        if (ProxyBlock.isLocal(held)) {
            return Local.LOCAL;
        }
        return ProxyBlock.usedBytes(held) == 0 ? Unknown.UNKNOWN : ProxyBlock.addresses(held);
    }

    private void fail(ProxyFault fault, String reason) {
        header = new Malformed(fault, reason);
    }
}
