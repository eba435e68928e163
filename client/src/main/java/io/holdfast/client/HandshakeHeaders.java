package io.holdfast.client;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an application adds to the WebSocket handshake, as far as HTTP allows it. */
final class HandshakeHeaders {
    private HandshakeHeaders() {}

    /**
     * Its own headers, once more.
     *
     * @throws IllegalArgumentException for what may not stand in a header (RFC 9110 section 5.5)
     */
    static Map<String, String> checked(Map<String, String> headers, @Nullable String token) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        if (token != null && !Dialer.isToken(token)) {
            throw new IllegalArgumentException(
                    "The token is empty or has characters that HTTP does not allow in a header.");
        }
        all.forEach((name, value) -> {
            if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")
                    || !value.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
                throw new IllegalArgumentException(
                        "The header " + name + " has a name or a value that HTTP does not allow.");
            }
        });
        return Map.copyOf(all);
    }
}
