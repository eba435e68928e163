package io.holdfast.server.auth;

import io.holdfast.protocol.connection.ConnectionLifecycle;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The outcome of showing a token, or none. It never contains the token. */
public sealed interface AuthResult {

    /**
     * Let in.
     *
     * @param principal whom the token stands for
     * @param individual whether it stands for one client alone, who may take over its own session
     *     without the session token (delivery.md, "Who may take over")
     * @param expiresAt when the token ends, or null for never
     */
    record Accepted(
            String principal, boolean individual, @Nullable Instant expiresAt)
            implements AuthResult {
        /** The end on {@link System#nanoTime}, which is {@code nowNanos} now. */
        public long endsAtNanos(long nowNanos) {
            return expiresAt == null
                    ? ConnectionLifecycle.NEVER
                    : nowNanos
                            + Math.max(
                                    0,
                                    Duration.between(Instant.now(), expiresAt).toNanos());
        }
    }

    /**
     * Kept out.
     *
     * @param reason for the log; a peer is only told "Unauthorized", or that its token expired
     * @param expired the token was good once: close with 4501 instead of 1008
     */
    record Rejected(String reason, boolean expired) implements AuthResult {
        static Rejected because(String reason) {
            return new Rejected(reason, false);
        }
    }
}
