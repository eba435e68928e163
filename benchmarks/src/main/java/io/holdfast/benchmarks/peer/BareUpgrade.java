package io.holdfast.benchmarks.peer;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The least of an opening handshake (RFC 6455 section 4.2) that the generator needs. */
record BareUpgrade(String path, String response) {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String KEY_HEADER = "\r\nsec-websocket-key: ";
    private static final int MAX_REQUEST_BYTES = 8192;

    /** Consumes a complete request; null, and nothing consumed, while it is incomplete. */
    static @Nullable BareUpgrade read(ByteBuf in) {
        String request = in.toString(StandardCharsets.US_ASCII);
        int end = request.indexOf("\r\n\r\n");
        if (end < 0) {
            if (request.length() > MAX_REQUEST_BYTES) {
                throw new IllegalArgumentException("The upgrade request is over 8192 bytes.");
            }
            return null;
        }
        int key = request.toLowerCase(Locale.ROOT).indexOf(KEY_HEADER);
        if (!request.startsWith("GET ") || key < 0) {
            throw new IllegalArgumentException("The request is no WebSocket upgrade.");
        }
        in.skipBytes(end + 4);
        String path = request.substring(4, request.indexOf(' ', 4));
        int keyStart = key + KEY_HEADER.length();
        String accept = accept(request.substring(keyStart, request.indexOf('\r', keyStart)));
        String response =
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: " + accept + "\r\n\r\n";
        return new BareUpgrade(path, response);
    }

    private static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] digest = sha1.digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-1.", e);
        }
    }
}
