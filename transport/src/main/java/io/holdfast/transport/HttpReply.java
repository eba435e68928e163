package io.holdfast.transport;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer to a plain HTTP request: status, headers beside the content's own, and the body. */
public record HttpReply(int status, String contentType, byte[] body, Map<String, String> headers) {

    public static HttpReply json(int status, byte[] body) {
        return new HttpReply(status, "application/json; charset=utf-8", body, Map.of());
    }

    public static HttpReply text(int status, String body) {
        String line = body.isEmpty() ? "" : body + "\n";
        return new HttpReply(
                status,
                "text/plain; charset=utf-8",
                line.getBytes(StandardCharsets.UTF_8),
                Map.of());
    }

    /** The same answer with one header more. */
    public HttpReply with(String name, String value) {
        return with(Map.of(name, value));
    }

    /** The same answer with more headers. */
    public HttpReply with(Map<String, String> others) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.putAll(others);
        return new HttpReply(status, contentType, body, more);
    }
}
