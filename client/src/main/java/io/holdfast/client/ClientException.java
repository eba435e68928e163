package io.holdfast.client;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every failure of this library. The message is one sentence; {@link #kind()} is for programs. */
public final class ClientException extends Exception {
    /** What stands for "no close frame came" (RFC 6455 section 7.1.5). */
    public static final int ABNORMAL_CLOSURE = 1006;

    private final ErrorKind kind;
    private final int closeCode;
    private final String closeReason;
    private final String serverCode;
    private final int httpStatus;
    private final @Nullable Duration retryAfter;

    private ClientException(
            ErrorKind kind,
            String message,
            int closeCode,
            String closeReason,
            String serverCode,
            int httpStatus,
            @Nullable Duration retryAfter,
            @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.closeCode = closeCode;
        this.closeReason = closeReason;
        this.serverCode = serverCode;
        this.httpStatus = httpStatus;
        this.retryAfter = retryAfter;
    }

    static ClientException of(ErrorKind kind, String message) {
        return new ClientException(kind, message, 0, "", "", 0, null, null);
    }

    static ClientException of(ErrorKind kind, String message, @Nullable Throwable cause) {
        return new ClientException(kind, message, 0, "", "", 0, null, cause);
    }

    static ClientException http(
            ErrorKind kind, String message, int status, @Nullable Duration retryAfter) {
        return new ClientException(kind, message, 0, "", "", status, retryAfter, null);
    }

    static ClientException closed(ErrorKind kind, String message, int code, String reason) {
        return new ClientException(kind, message, code, reason, "", 0, null, null);
    }

    static ClientException rejected(String code, String message, @Nullable Duration retryAfter) {
        return new ClientException(ErrorKind.REJECTED, message, 0, "", code, 0, retryAfter, null);
    }

    public ErrorKind kind() {
        return kind;
    }

    /** The close code; 1006 when the connection ended without one, 0 when none was open. */
    public int closeCode() {
        return closeCode;
    }

    /** The close frame's reason, or nothing. */
    public String closeReason() {
        return closeReason;
    }

    /** The code in the server's {@code error} message, such as {@code rate_limited}, or nothing. */
    public String serverCode() {
        return serverCode;
    }

    /** The status of the answer to the handshake; 0 when there was none, or it was 101. */
    public int httpStatus() {
        return httpStatus;
    }

    /** How long the server asks to wait, when it does. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
