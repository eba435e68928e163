package io.holdfast.server.auth;

import io.holdfast.server.config.ConfigException;
import io.holdfast.server.config.StaticToken;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file with one {@code principal:token} per line; empty and {@code #} lines are skipped. */
final class TokenFile {

    private static final int MAX_TOKENS = 10_000;

    private TokenFile() {}

    static List<StaticToken> read(Path file) throws ConfigException {
        String text = new String(SmallFile.read("tokens_file", file), StandardCharsets.UTF_8);
        List<StaticToken> tokens = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String stripped = line.strip();
            if (stripped.isEmpty() || stripped.startsWith("#")) {
                continue;
            }
            StaticToken token = StaticToken.parse(stripped);
            if (token == null || tokens.size() == MAX_TOKENS) {
                // The line is not quoted: a broken one may still hold a token.
                throw SmallFile.unusable(
                        "tokens_file",
                        file,
                        "line %d: allowed: principal:token, %,d lines at most"
                                .formatted(number, MAX_TOKENS));
            }
            tokens.add(token);
        }
        return tokens;
    }
}
