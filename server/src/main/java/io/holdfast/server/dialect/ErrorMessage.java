package io.holdfast.server.dialect;

import io.holdfast.server.json.JsonText;

import org.jspecify.annotations.Nullable;

/** The {@code error} message, which all JSON dialects of WebSocket share. */
public final class ErrorMessage {
    private ErrorMessage() {}

    /**
     * Writes the message.
     *
     * @param id of the request that failed, or null
     * @param retryAfterSeconds when the request may succeed; 0 when that is not known
     */
    public static void write(
            JsonText out,
            ErrorCode code,
            String message,
            @Nullable String id,
            long retryAfterSeconds) {
        out.clear()
                .raw("{\"type\":\"error\",\"code\":\"")
                .raw(code.wireName())
                .raw("\",\"message\":")
                .string(message)
                .raw(",\"retryable\":")
                .raw(code.retryable() ? "true" : "false");
        if (retryAfterSeconds > 0) {
            out.raw(",\"retry_after\":").number(retryAfterSeconds);
        }
        if (id != null) {
            out.raw(",\"id\":").string(id);
        }
        out.raw("}");
    }
}
