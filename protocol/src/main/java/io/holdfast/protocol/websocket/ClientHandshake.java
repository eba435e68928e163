package io.holdfast.protocol.websocket;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of the opening handshake (RFC 6455 §4.1): the request to send and the judgement
 * of the response's head. One for each connection.
 */
public final class ClientHandshake {

    /** Random bytes of a Sec-WebSocket-Key (RFC 6455 §4.1, 7). */
    public static final int KEY_BYTES = 16;

    /** The longest response head that is read; as long as servers accept from us. */
    public static final int MAX_HEAD_BYTES = 16 * 1024;

    /**
     * We decompress each message on its own, so the server has to begin each with a fresh window
     * (RFC 7692 §7.1.1.1). The same is promised for our direction.
     */
    private static final String DEFLATE_OFFER =
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    /** What becomes of a response. */
    public sealed interface Outcome {}

    /**
     * The connection speaks WebSocket from here on.
     *
     * @param deflate whether permessage-deflate was agreed on
     * @param subprotocol the one of ours that the server chose, or null
     */
    public record Opened(boolean deflate, @Nullable String subprotocol) implements Outcome {}

    /**
     * The server answered, and not with 101.
     *
     * @param status of HTTP, 100 to 599
     * @param retryAfter value of the Retry-After header as it stands, or null
     * @param location value of the Location header, or null; for the message only
     */
    public record Refused(
            int status,
            @Nullable String retryAfter,
            @Nullable String location) implements Outcome {}

    /** What came is not an answer to our handshake; one sentence says why. */
    public record Broken(String reason) implements Outcome {}

    private final String key;
    private final List<String> subprotocols;
    private final boolean offerDeflate;

    /**
     * @param randomKey {@value #KEY_BYTES} unpredictable bytes, other ones for each connection
     * @param subprotocols offered, the preferred one first
     */
    public ClientHandshake(byte[] randomKey, List<String> subprotocols, boolean offerDeflate) {
        if (randomKey.length != KEY_BYTES) {
            throw new IllegalArgumentException("A key of " + randomKey.length + " bytes, expected "
                    + KEY_BYTES + ": RFC 6455 section 4.1.");
        }
        this.key = Base64.getEncoder().encodeToString(randomKey);
        this.subprotocols = List.copyOf(subprotocols);
        this.offerDeflate = offerDeflate;
    }

    /**
     * The request's bytes.
     *
     * @param host value of the Host header: name, and port if it is not the scheme's
     * @param pathAndQuery as it goes into the request line, {@code /} first
     * @param headers further ones, in order; names and values are written as they are
     */
    public byte[] request(String host, String pathAndQuery, Map<String, String> headers) {
        StringBuilder head = new StringBuilder(300)
                .append("GET ")
                .append(pathAndQuery)
                .append(" HTTP/1.1\r\nHost: ")
                .append(host)
                .append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ")
                .append(key)
                .append("\r\nSec-WebSocket-Version: 13\r\n");
        if (!subprotocols.isEmpty()) {
            head.append("Sec-WebSocket-Protocol: ")
                    .append(String.join(", ", subprotocols))
                    .append("\r\n");
        }
        if (offerDeflate) {
            head.append("Sec-WebSocket-Extensions: ").append(DEFLATE_OFFER).append("\r\n");
        }
        headers.forEach((name, value) -> {
            refuseLineBreaks(name);
            refuseLineBreaks(value);
            head.append(name).append(": ").append(value).append("\r\n");
        });
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Judges a response's head, from the status line to the empty line. */
    public Outcome judge(byte[] head, int from, int to) {
        String[] lines =
                new String(head, from, to - from, StandardCharsets.ISO_8859_1).split("\r?\n", -1);
        int status = status(lines[0]);
        if (status < 0) {
            return new Broken("the server's answer is not HTTP/1.1; is this a WebSocket address?");
        }
        List<Header> headers = headers(lines);
        if (status != 101) {
            return new Refused(status, single(headers, "retry-after"), single(headers, "location"));
        }
        // HTTP/1.0 has no Upgrade (RFC 9110 section 7.8), so whoever answers did not read ours.
        if (!lines[0].startsWith("HTTP/1.1 ")) {
            return new Broken("the 101 is not HTTP/1.1; is a proxy in between?");
        }
        if (!"websocket".equalsIgnoreCase(single(headers, "upgrade"))
                || !lists(headers, "connection", "upgrade")) {
            return new Broken("the 101 does not upgrade to websocket; is a proxy in between?");
        }
        // "the base64-encoded SHA-1 [...] the client MUST _Fail the WebSocket Connection_" (§4.1,
        // 4)
        if (!OpeningHandshake.accept(key).equals(single(headers, "sec-websocket-accept"))) {
            return new Broken("Sec-WebSocket-Accept does not answer our key");
        }
        return agreed(headers);
    }

    private Outcome agreed(List<Header> headers) {
        String chosen = single(headers, "sec-websocket-protocol");
        if (chosen != null && !subprotocols.contains(chosen)) {
            return new Broken("the server chose a subprotocol that was not offered");
        }
        List<String> extensions = all(headers, "sec-websocket-extensions");
        if (extensions.isEmpty()) {
            return new Opened(false, chosen);
        }
        return offerDeflate && isOurDeflate(extensions)
                ? new Opened(true, chosen)
                : new Broken("the server uses an extension that was not offered");
    }

    /** Exactly one extension, in a form that our decoder can read (RFC 7692 §7.1). */
    private static boolean isOurDeflate(List<String> values) {
        ExtensionParser parser = new ExtensionParser(String.join(",", values));
        if (!parser.next() || !parser.name().equalsIgnoreCase("permessage-deflate")) {
            return false;
        }
        Set<String> names = new HashSet<>();
        for (ExtensionParser.Parameter parameter : parser.parameters()) {
            String name = parameter.name().toLowerCase(Locale.ROOT);
            boolean known = switch (name) {
                case "server_no_context_takeover", "client_no_context_takeover" -> true;
                // Any window of the server's can be read; ours was not offered to be smaller.
                case "server_max_window_bits" -> parameter.value() != null;
                default -> false;
            };
            if (!known || !names.add(name)) {
                return false;
            }
        }
        return names.contains("server_no_context_takeover") && !parser.next();
    }

    private record Header(String name, String value) {}

    private static List<Header> headers(String[] lines) {
        List<Header> headers = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                String name = lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
                headers.add(new Header(name, lines[i].substring(colon + 1).strip()));
            }
        }
        return headers;
    }

    /** {@code HTTP/1.1 101 Switching Protocols}; -1 for anything else. */
    private static int status(String line) {
        if (!line.startsWith("HTTP/1.") || line.length() < 12 || line.charAt(8) != ' ') {
            return -1;
        }
        int status = 0;
        for (int i = 9; i < 12; i++) {
            int digit = line.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            status = status * 10 + digit;
        }
        return status >= 100 && (line.length() == 12 || line.charAt(12) == ' ') ? status : -1;
    }

    private static List<String> all(List<Header> headers, String name) {
        return headers.stream()
                .filter(header -> header.name().equals(name))
                .map(Header::value)
                .toList();
    }

    /** The value of a header that may stand once; null when it is absent or there twice. */
    private static @Nullable String single(List<Header> headers, String name) {
        List<String> values = all(headers, name);
        return values.size() == 1 ? values.get(0) : null;
    }

    private static boolean lists(List<Header> headers, String name, String wanted) {
        for (String value : all(headers, name)) {
            for (String element : value.split(",", -1)) {
                if (element.strip().equalsIgnoreCase(wanted)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void refuseLineBreaks(String text) {
        if (text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0) {
            throw new IllegalArgumentException(
                    "A header of the handshake has a line break; give one line of text.");
        }
    }
}
