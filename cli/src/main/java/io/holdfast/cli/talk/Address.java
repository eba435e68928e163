package io.holdfast.cli.talk;

import io.holdfast.client.ClientBuilder;
import io.holdfast.client.HoldfastClient;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where to, and in which language: what a person types, made into what the client takes.
 *
 * @param url of the dialect's own scheme; whether host and port are sound is the client's to say
 */
public record Address(Dialect dialect, String url) {
    /** What can be spoken. */
    public enum Dialect {
        ROOMS("ws", "8000", "lobby"),
        DEEPSTREAM("ws", "8000", null),
        BOT("tcp", "9000", "bot");

        private final String scheme;
        private final String port;
        private final @Nullable String defaultRoom;

        Dialect(String scheme, String port, @Nullable String defaultRoom) {
            this.scheme = scheme;
            this.port = port;
            this.defaultRoom = defaultRoom;
        }

        /** The room that everybody is in at first. */
        @Nullable
        String defaultRoom() {
            return defaultRoom;
        }

        boolean isWebSocket() {
            return this != BOT;
        }
    }

    private static final Pattern WITH_PORT = Pattern.compile(".*:[0-9]+");
    private static final String EXPECTED =
            "expected ws://, wss://, tcp:// or tls:// with host and port, or host:port";

    /**
     * @param wanted null: by the address
     * @throws IllegalArgumentException in one sentence when address and dialect do not fit
     */
    public static Address parse(String typed, @Nullable Dialect wanted) {
        int colon = typed.indexOf("://");
        if (colon < 0) {
            return bare(typed, wanted == null ? Dialect.ROOMS : wanted);
        }
        String rest = typed.substring(colon);
        String scheme = typed.substring(0, colon).toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "ws", "wss" -> webSocket(scheme + rest, wanted);
            // What is in the browser's address bar.
            case "http" -> webSocket("ws" + rest, wanted);
            case "https" -> webSocket("wss" + rest, wanted);
            case "tcp", "tls" -> {
                if (wanted != null && wanted.isWebSocket()) {
                    throw doesNotFit(typed, wanted);
                }
                yield new Address(Dialect.BOT, scheme + rest);
            }
            default ->
                throw new IllegalArgumentException("The address " + typed + " begins with " + scheme
                        + "://; " + EXPECTED + ".");
        };
    }

    private static Address bare(String typed, Dialect dialect) {
        if (typed.isBlank()) {
            throw new IllegalArgumentException("The address is empty; " + EXPECTED + ".");
        }
        int slash = typed.indexOf('/');
        String host = slash < 0 ? typed : typed.substring(0, slash);
        String path = slash < 0 ? "" : typed.substring(slash);
        String port = WITH_PORT.matcher(host).matches() ? "" : ":" + dialect.port;
        String url = dialect.scheme + "://" + host + port + path;
        return dialect.isWebSocket() ? webSocket(url, dialect) : new Address(dialect, url);
    }

    private static Address webSocket(String url, @Nullable Dialect wanted) {
        if (wanted == Dialect.BOT) {
            throw doesNotFit(url, wanted);
        }
        boolean pipelines = url.matches("wss?://[^/]*/deepstream(/.*)?");
        Dialect fits = pipelines ? Dialect.DEEPSTREAM : Dialect.ROOMS;
        return new Address(wanted == Dialect.DEEPSTREAM ? wanted : fits, url);
    }

    private static IllegalArgumentException doesNotFit(String url, Dialect wanted) {
        return new IllegalArgumentException("The address " + url + " and --dialect "
                + wanted.name().toLowerCase(Locale.ROOT)
                + " do not fit; bot goes over tcp:// and tls://, the others over ws:// and"
                + " wss://.");
    }

    /** The preset that fits; for somebody who waits, and so without giving up. */
    ClientBuilder preset() {
        return switch (dialect) {
            case ROOMS -> HoldfastClient.feed();
            case DEEPSTREAM -> HoldfastClient.deepstream();
            case BOT -> HoldfastClient.bot();
        };
    }
}
