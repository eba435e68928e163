package io.holdfast.server.auth;

import io.holdfast.server.config.StaticToken;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Configured tokens, kept as SHA-256 only. Every lookup compares with every entry and each
 * comparison takes the same time, so timing tells neither a token nor its place in the list.
 */
final class StaticTokens {

    private static final class Entry {
        final byte[] digest;
        final AuthResult.Accepted accepted;

        Entry(byte[] digest, AuthResult.Accepted accepted) {
            this.digest = digest;
            this.accepted = accepted;
        }
    }

    private final List<Entry> entries;

    StaticTokens(List<StaticToken> tokens, Set<String> sharedPrincipals) {
        this.entries =
                tokens.stream().map(token -> entry(token, sharedPrincipals)).toList();
    }

    /** Null when no entry has this token. */
    @Nullable
    AuthResult find(String token) {
        byte[] digest = sha256(token);
        AuthResult found = null;
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.digest, digest)) {
                found = entry.accepted;
            }
        }
        return found;
    }

    private static Entry entry(StaticToken token, Set<String> sharedPrincipals) {
        String principal = token.principal();
        boolean shared =
                principal.equals(StaticToken.ANYBODY) || sharedPrincipals.contains(principal);
        return new Entry(
                sha256(token.token().reveal()), new AuthResult.Accepted(principal, !shared, null));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
