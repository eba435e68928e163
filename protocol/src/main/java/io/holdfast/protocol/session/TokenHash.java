package io.holdfast.protocol.session;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * All that the server keeps of a session token: the SHA-256 of its 43 characters. A value; compared
 * in constant time.
 */
final class TokenHash {
    /** 32 bytes in base64url without padding. */
    static final int TOKEN_CHARS = 43;

    private final byte[] sha256;

    TokenHash(byte[] sha256) {
        this.sha256 = sha256.clone();
    }

    /** Null for what cannot be a token: nothing of any length is hashed for a stranger. */
    static @Nullable TokenHash of(@Nullable String token) {
        if (token == null || token.length() != TOKEN_CHARS) {
            return null;
        }
        try {
            return new TokenHash(MessageDigest.getInstance("SHA-256")
                    .digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            // Every Java platform has it: MessageDigest, class comment.
            throw new IllegalStateException("This Java has no SHA-256.", impossible);
        }
    }

    byte[] sha256() {
        return sha256.clone();
    }

    /** Constant-time: what was found by hash is compared once more where time tells nothing. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TokenHash hash && MessageDigest.isEqual(sha256, hash.sha256);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sha256);
    }

    @Override
    public String toString() {
        return "TokenHash";
    }
}
