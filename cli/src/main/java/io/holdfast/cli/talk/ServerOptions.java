package io.holdfast.cli.talk;

import io.holdfast.client.ClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** The options that say which server, and who is there; the same for every client command. */
public final class ServerOptions {
    /** Not an option: what is on the command line, every user of the machine sees. */
    public static final String TOKEN_VARIABLE = "HOLDFAST_TOKEN";

    private static final long MAX_TOKEN_FILE_BYTES = 64 * 1024;
    private static final int FIRST_DELAY_MILLIS = 250;
    private static final int LONGEST_DELAY_SECONDS = 5;

    @Parameters(
            index = "0",
            paramLabel = "ADDRESS",
            description = "ws://, wss://, tcp:// or tls:// with host and port; or host:port")
    private String typed = "";

    @Option(
            names = "--dialect",
            paramLabel = "NAME",
            description = "rooms, deepstream or bot (default: by the address)")
    private Address.@Nullable Dialect dialect;

    @Option(
            names = {"--client-id", "--key"},
            paramLabel = "ID",
            description = "who this is (default: a new one)")
    private @Nullable String clientId;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "file with the access token (default: what is in " + TOKEN_VARIABLE + ")")
    private @Nullable Path tokenFile;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "PEM file; the server's certificate must come from one of these")
    private @Nullable Path certificates;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "how long a message may take until it is acked (default: 30s)")
    private Duration timeout = Duration.ofSeconds(30);

    public Duration timeout() {
        return timeout;
    }

    /** @throws IllegalArgumentException in one sentence */
    public Address address() {
        return Address.parse(typed, dialect);
    }

    /**
     * What these options make of a client.
     *
     * @throws IllegalArgumentException in one sentence when options are wrong
     */
    public ClientBuilder client(Map<String, String> environment) {
        Address address = address();
        ClientBuilder builder = address.preset()
                .url(address.url())
                .pending(Window.SIZE, Window.SIZE, timeout)
                .backoff(
                        Duration.ofMillis(FIRST_DELAY_MILLIS),
                        Duration.ofSeconds(LONGEST_DELAY_SECONDS));
        if (clientId != null) {
            builder.clientId(clientId);
        } else if (address.dialect() != Address.Dialect.ROOMS) {
            builder.clientId(newId());
        }
        String token = token(environment);
        if (token != null) {
            builder.token(token);
        }
        if (certificates != null) {
            builder.tls(Trust.of(certificates));
        }
        return builder;
    }

    /** Where the server does not give one out. */
    private static String newId() {
        return "cli-" + Long.toString(new SecureRandom().nextLong() >>> 1, Character.MAX_RADIX);
    }

    private @Nullable String token(Map<String, String> environment) {
        if (tokenFile == null) {
            String token = environment.getOrDefault(TOKEN_VARIABLE, "").strip();
            return token.isEmpty() ? null : token;
        }
        try {
            if (Files.size(tokenFile) > MAX_TOKEN_FILE_BYTES) {
                throw new IllegalArgumentException("The token file " + tokenFile + " has over "
                        + MAX_TOKEN_FILE_BYTES + " bytes; expected one token.");
            }
            String token = Files.readString(tokenFile).strip();
            if (token.isEmpty()) {
                throw new IllegalArgumentException(
                        "The token file " + tokenFile + " is empty; expected one token.");
            }
            return token;
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "The token file " + tokenFile + " cannot be read: " + unreadable.getMessage(),
                    unreadable);
        }
    }

    /** {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h}, or a number of seconds. */
    static final class DurationConverter implements ITypeConverter<Duration> {
        private static final Duration LONGEST = Duration.ofDays(1);

        @Override
        public Duration convert(String text) {
            String digits = text.replaceFirst("[a-z]*$", "");
            String unit = text.substring(digits.length());
            try {
                long count = Long.parseLong(digits);
                Duration time = switch (unit) {
                    case "ms" -> Duration.ofMillis(count);
                    case "s", "" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    case "h" -> Duration.ofHours(count);
                    default -> Duration.ZERO;
                };
                if (time.isPositive() && time.compareTo(LONGEST) <= 0) {
                    return time;
                }
            } catch (NumberFormatException | ArithmeticException notATime) {
                // Told below.
            }
            throw new TypeConversionException(
                    "'" + text + "' is not a time such as 500ms, 30s, 5m or 1h (24h at most)");
        }
    }
}
