package io.holdfast.server.config;

import org.jspecify.annotations.Nullable;

/**
 * A configured token and whom it stands for.
 *
 * @param principal {@link #ANYBODY} for a token that many clients share
 */
public record StaticToken(String principal, Secret token) {

    public static final String ANYBODY = "*";

    private static final int MAX_PRINCIPAL_LENGTH = 128;
    private static final int MAX_TOKEN_LENGTH = 512;

    /** Reads {@code principal:token}, split at the first colon; null when it has another form. */
    public static @Nullable StaticToken parse(String text) {
        int colon = text.indexOf(':');
        String principal = text.substring(0, Math.max(colon, 0));
        String token = text.substring(colon + 1);
        return isPrincipal(principal) && isToken(token)
                ? new StaticToken(principal, new Secret(token))
                : null;
    }

    /** The inverse of {@link #parse}: for comparing, never for showing. */
    String reveal() {
        return principal + ":" + token.reveal();
    }

    static boolean isPrincipal(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_PRINCIPAL_LENGTH
                && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':' && c != ',');
    }

    /** What fits an Authorization header unescaped. */
    private static boolean isToken(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_TOKEN_LENGTH
                && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ',');
    }
}
