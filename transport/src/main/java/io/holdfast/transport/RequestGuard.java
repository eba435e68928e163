package io.holdfast.transport;

import io.holdfast.transport.FrontWatch.Trouble;

import org.jspecify.annotations.Nullable;

/**
 * Reads request heads byte by byte, before any parser does, and refuses every shape on which two
 * parsers could disagree: the ground of request smuggling. Strict where RFC 9112 allows leniency
 * (sections 2.2, 3, 5): lines end in CRLF, nothing is folded, names are tokens with no space around
 * them, no control bytes anywhere, and no body follows.
 *
 * <p>Not thread-safe; one per connection until its upgrade.
 */
final class RequestGuard {
    /** RFC 9112 section 3 recommends at least 8,000 octets; our longest target is far shorter. */
    static final int MAX_REQUEST_LINE = 4096;

    /** Why a head was refused, the status that says so, and what it counts as. */
    record Refusal(int status, String reason, Trouble trouble) {}

    private enum At {
        START,
        REQUEST_LINE,
        LINE_START,
        NAME,
        VALUE,
        AFTER_CR,
        AFTER_LAST_CR
    }

    private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";

    private final int maxBytes;
    private final int maxHeaders;
    private At at = At.START;
    private int bytes;
    private int headers;

    RequestGuard(int maxBytes, int maxHeaders) {
        this.maxBytes = maxBytes;
        this.maxHeaders = maxHeaders;
    }

    /** True while a request head has begun and not ended. */
    boolean inHead() {
        return at != At.START;
    }

    /** Takes the next byte of the stream; null means go on. */
    @Nullable
    Refusal next(byte raw) {
        int b = raw & 0xFF;
        if (at == At.START) {
            bytes = 0;
            headers = 0;
        }
        if (++bytes > maxBytes) {
            return new Refusal(
                    431,
                    "the request head is larger than " + maxBytes + " bytes",
                    Trouble.HEAD_TOO_LARGE);
        }
        return switch (at) {
            case START -> start(b);
            case REQUEST_LINE -> requestLine(b);
            case LINE_START -> lineStart(b);
            case NAME -> name(b);
            case VALUE -> value(b);
            case AFTER_CR -> lineFeed(b, At.LINE_START);
            case AFTER_LAST_CR -> lineFeed(b, At.START);
        };
    }

    private @Nullable Refusal start(int b) {
        if (b < 'A' || b > 'Z') {
            return bad("a request must start with a method in capital letters");
        }
        at = At.REQUEST_LINE;
        return null;
    }

    private @Nullable Refusal requestLine(int b) {
        if (bytes > MAX_REQUEST_LINE) {
            return new Refusal(
                    414,
                    "the request line is longer than " + MAX_REQUEST_LINE + " bytes",
                    Trouble.HEAD_TOO_LARGE);
        }
        if (b == '\r') {
            at = At.AFTER_CR;
            return null;
        }
        return b < 0x20 || b >= 0x7F
                ? bad("the request line has a byte that is not printable ASCII")
                : null;
    }

    private @Nullable Refusal lineStart(int b) {
        if (b == '\r') {
            at = At.AFTER_LAST_CR;
            return null;
        }
        if (b == ' ' || b == '\t') {
            return bad("folded header lines are not accepted");
        }
        if (++headers > maxHeaders) {
            return new Refusal(
                    431,
                    "the request has more than " + maxHeaders + " headers",
                    Trouble.TOO_MANY_HEADERS);
        }
        at = At.NAME;
        return isToken(b) ? null : bad("a header name has a character that is not allowed");
    }

    private @Nullable Refusal name(int b) {
        if (b == ':') {
            at = At.VALUE;
            return null;
        }
        return isToken(b) ? null : bad("a header name has a character that is not allowed");
    }

    private @Nullable Refusal value(int b) {
        if (b == '\r') {
            at = At.AFTER_CR;
            return null;
        }
        boolean control = (b < 0x20 && b != '\t') || b == 0x7F;
        return control ? bad("a header value has a control character") : null;
    }

    private @Nullable Refusal lineFeed(int b, At next) {
        if (b != '\n') {
            return bad("a line must end in CR LF");
        }
        at = next;
        return null;
    }

    private static Refusal bad(String reason) {
        return new Refusal(400, reason, Trouble.BAD_REQUEST);
    }

    private static boolean isToken(int b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || TOKEN_PUNCTUATION.indexOf(b) >= 0;
    }
}
