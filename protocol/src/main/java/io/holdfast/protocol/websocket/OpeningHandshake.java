package io.holdfast.protocol.websocket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of the opening handshake (RFC 6455 §4.2). The HTTP codec has already seen to
 * the request line, HTTP/1.1 and a Host header; origin, path and credentials are the caller's to
 * judge.
 */
public final class OpeningHandshake {

    /** What becomes of a request. */
    public sealed interface Outcome {}

    /**
     * A handshake to answer with status 101.
     *
     * @param accept value of the response's Sec-WebSocket-Accept
     * @param subprotocol value of the response's Sec-WebSocket-Protocol, or null for no such header
     */
    public record Accepted(String accept, @Nullable String subprotocol) implements Outcome {}

    /** A request that does not ask for a WebSocket; it may be an ordinary one. */
    public record NotRequested() implements Outcome {}

    /**
     * A request that asks for a WebSocket in a wrong way.
     *
     * @param status of the response
     * @param reason one sentence for its body
     * @param headers that the status demands
     */
    public record Refused(int status, String reason, Map<String, String> headers)
            implements Outcome {}

    /** Who offers it speaks resume (spec: delivery, "Resuming"). */
    public static final String SUBPROTOCOL = "holdfast.v1";

    /** Appended to each key, so that no server answers by accident (RFC 6455 §1.3). */
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final String VERSION = "13";

    /** 16 bytes in base64: 22 characters and two of padding. */
    private static final int KEY_DIGITS = 22;

    private static final String KEY_PADDING = "==";

    private OpeningHandshake() {}

    /**
     * Judges a request.
     *
     * @param headers values of all headers of a name (written as in the RFC; names ignore case), in
     *     order; empty when there are none
     */
    public static Outcome validate(String method, Function<String, List<String>> headers) {
        if (!anyElement(headers.apply("Upgrade"), "websocket"::equalsIgnoreCase)) {
            return new NotRequested();
        }
        if (!method.equals("GET")) {
            return new Refused(
                    405,
                    "A WebSocket handshake has another method than GET; send a GET request.",
                    Map.of("Allow", "GET"));
        }
        if (!anyElement(headers.apply("Connection"), "Upgrade"::equalsIgnoreCase)) {
            return badRequest(
                    "The Connection header does not list Upgrade; send \"Connection: Upgrade\".");
        }
        if (!headers.apply("Sec-WebSocket-Version").equals(List.of(VERSION))) {
            return new Refused(
                    426,
                    "The WebSocket version is not the one supported; send \"Sec-WebSocket-Version: 13\".",
                    Map.of(
                            "Sec-WebSocket-Version",
                            VERSION,
                            "Upgrade",
                            "websocket",
                            "Connection",
                            "Upgrade"));
        }
        List<String> keys = headers.apply("Sec-WebSocket-Key");
        if (keys.size() != 1 || !isKey(keys.get(0))) {
            return badRequest("Sec-WebSocket-Key is not 16 bytes in base64; send one such header.");
        }
        return new Accepted(
                accept(keys.get(0)), subprotocol(headers.apply("Sec-WebSocket-Protocol")));
    }

    /** The Sec-WebSocket-Accept for a key; a client compares it with the response's. */
    public static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] digest = sha1.digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java platform has SHA-1", e);
        }
    }

    private static Refused badRequest(String reason) {
        return new Refused(400, reason, Map.of());
    }

    /**
     * Whether a client offers a subprotocol.
     *
     * <p>RFC 6455 §4.1, 10: "one or more comma-separated subprotocol the client wishes to speak,
     * ordered by preference. The elements that comprise this value MUST be non-empty strings with
     * characters in the range U+0021 to U+007E [...] and MUST all be unique strings." Elements that
     * are not so are like subprotocols that we do not speak. There may be several headers
     * (§11.3.4), and names are compared as they stand.
     *
     * @param offers values of the request's Sec-WebSocket-Protocol headers
     */
    public static boolean offersSubprotocol(List<String> offers, String subprotocol) {
        return anyElement(offers, subprotocol::equals);
    }

    /**
     * RFC 6455 §4.2.2, 4: "selecting one of the values from the |Sec-WebSocket-Protocol| field that
     * the server is willing to use for this connection (if any)", and "if the server does not wish
     * to agree to one of the suggested subprotocols, it MUST NOT send back" the header. It is the
     * client's to judge whether it goes on without.
     */
    private static @Nullable String subprotocol(List<String> offers) {
        return offersSubprotocol(offers, SUBPROTOCOL) ? SUBPROTOCOL : null;
    }

    /** Of a comma-separated list, perhaps over several headers. */
    private static boolean anyElement(List<String> values, Predicate<String> wanted) {
        for (String value : values) {
            int from = 0;
            while (from <= value.length()) {
                int comma = value.indexOf(',', from);
                int to = comma < 0 ? value.length() : comma;
                if (wanted.test(value.substring(from, to).strip())) {
                    return true;
                }
                from = to + 1;
            }
        }
        return false;
    }

    private static boolean isKey(String key) {
        if (key.length() != KEY_DIGITS + KEY_PADDING.length() || !key.endsWith(KEY_PADDING)) {
            return false;
        }
        for (int i = 0; i < KEY_DIGITS; i++) {
            char c = key.charAt(i);
            boolean digit = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '+'
                    || c == '/';
            if (!digit) {
                return false;
            }
        }
        return true;
    }
}
