package io.holdfast.conformance.vectors;

import io.holdfast.conformance.client.Json;
import io.holdfast.protocol.breaker.BreakerSettings;
import io.holdfast.protocol.reconnect.Ending;
import io.holdfast.protocol.reconnect.Jitter;
import io.holdfast.protocol.reconnect.Preset;
import io.holdfast.protocol.reconnect.ReconnectPolicy;
import io.holdfast.protocol.reconnect.ServerAdvice;
import io.holdfast.protocol.reconnect.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.provider.Arguments;
import tools.jackson.databind.JsonNode;

/** Reads the vectors' JSON into the words of module protocol. */
final class Vectors {
    static final Path DIRECTORY = Path.of("vectors");
    static final long NANOS_PER_MILLI = 1_000_000;

    private Vectors() {}

    static JsonNode read(String file) {
        try {
            return Json.parse(Files.readString(DIRECTORY.resolve(file)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The vectors of a file, each under its name. */
    static Stream<Arguments> of(String file) {
        return read(file)
                .path("vectors")
                .valueStream()
                .map(vector -> Arguments.of(Named.of(vector.path("name").asString(), vector)));
    }

    static ReconnectPolicy policy(JsonNode policy) {
        String preset = policy.path("preset").asString().toUpperCase(Locale.ROOT);
        ReconnectPolicy read = Preset.valueOf(preset).policy();
        if (policy.has("jitter")) {
            read = read.withJitter(
                    Jitter.valueOf(policy.path("jitter").asString().toUpperCase(Locale.ROOT)));
        }
        if (policy.has("max_attempts")) {
            read = read.withMaxAttempts(policy.path("max_attempts").intValue());
        }
        if (policy.has("server_shutdown_retry_delay_ms")) {
            read = read.withTryAgainLater(millis(policy.path("server_shutdown_retry_delay_ms")));
        }
        return policy.path("circuit_breaker").asBoolean(false)
                ? read.withBreaker(BreakerSettings.DEFAULT)
                : read;
    }

    static Ending ending(JsonNode ending) {
        String kind = ending.path("kind").asString();
        return switch (kind) {
            case "closed" ->
                new Ending.Closed(
                        ending.path("code").intValue(), ending.path("reason").asString(""));
            case "refused" -> new Ending.Refused("");
            case "unreachable" -> new Ending.Unreachable("");
            case "timeout" -> new Ending.TimedOut("");
            case "tls" -> new Ending.Tls("");
            case "handshake" ->
                new Ending.Handshake(
                        ending.path("status").intValue(),
                        ending.has("retry_after_ms")
                                ? millis(ending.path("retry_after_ms"))
                                : null);
            case "protocol" -> new Ending.ProtocolFault("");
            case "unauthorised" -> new Ending.Unauthorised("");
            case "silence" -> new Ending.Silence();
            case "server_not_ready" -> new Ending.ServerNotReady("");
            case "left" -> new Ending.Left();
            default -> throw new AssertionError("an ending of kind " + kind);
        };
    }

    static ServerAdvice advice(JsonNode advice) {
        return new ServerAdvice(
                advice.has("after_ms") ? millis(advice.path("after_ms")) : null,
                target(advice),
                advice.path("home").asBoolean(false));
    }

    /** Null when there is none, or a JSON null. */
    static @Nullable Target target(JsonNode target) {
        return target.has("host")
                ? new Target(target.path("host").asString(), target.path("port").intValue())
                : null;
    }

    static Duration millis(JsonNode number) {
        return Duration.ofMillis(number.longValue());
    }
}
