package io.holdfast.protocol.websocket;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one Sec-WebSocket-Extensions value, offer by offer (RFC 6455 §9.1): {@code name; parameter;
 * parameter=value, name}. Ill-formed text ends the reading; the offers before it stand.
 */
final class ExtensionParser {

    /** @param value without its quotes; null when there is none */
    record Parameter(String name, @Nullable String value) {}

    private static final String TOKEN_SYMBOLS = "!#$%&'*+-.^_`|~";

    private final String text;
    private int at;
    private String name = "";
    private List<Parameter> parameters = List.of();

    ExtensionParser(String text) {
        this.text = text;
    }

    /** The offer's name; valid after {@link #next} said true. */
    String name() {
        return name;
    }

    List<Parameter> parameters() {
        return parameters;
    }

    /** Reads one offer with everything up to the next comma or the end. */
    boolean next() {
        do {
            skipSpace();
        } while (take(',')); // RFC 9110 §5.6.1: recipients skip empty list elements
        String token = token();
        if (token == null) {
            return false;
        }
        List<Parameter> found = new ArrayList<>();
        skipSpace();
        while (take(';')) {
            Parameter parameter = parameter();
            if (parameter == null) {
                return end();
            }
            found.add(parameter);
            skipSpace();
        }
        if (at < text.length() && !take(',')) {
            return end();
        }
        name = token;
        parameters = found;
        return true;
    }

    private boolean end() {
        at = text.length();
        return false;
    }

    private @Nullable Parameter parameter() {
        skipSpace();
        String parameter = token();
        if (parameter == null) {
            return null;
        }
        skipSpace();
        if (!take('=')) {
            return new Parameter(parameter, null);
        }
        skipSpace();
        String value = take('"') ? quoted() : token();
        return value == null ? null : new Parameter(parameter, value);
    }

    private @Nullable String token() {
        int from = at;
        while (at < text.length() && isTokenCharacter(text.charAt(at))) {
            at++;
        }
        return at == from ? null : text.substring(from, at);
    }

    /** RFC 6455 §9.1: once unquoted, the value must be a token; so nothing needs a backslash. */
    private @Nullable String quoted() {
        String value = token();
        return value != null && take('"') ? value : null;
    }

    private static boolean isTokenCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || TOKEN_SYMBOLS.indexOf(c) >= 0;
    }

    private void skipSpace() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private boolean take(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }
}
