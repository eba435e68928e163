package io.holdfast.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BotConfigTest {

    @TempDir
    private Path directory = Path.of(".");

    @Test
    void withoutAnySettingBotsAreServedAsTheDocumentationSays() throws ConfigException {
        assertThat(load(Map.of()).bot())
                .isEqualTo(new BotSettings(
                        "0.0.0.0",
                        9000,
                        new TlsSettings(Optional.empty(), Optional.empty()),
                        10,
                        Duration.ofHours(1),
                        0,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(90),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(120)));
    }

    @Test
    void eachKeyOfTheBotSectionReachesItsOwnSetting() throws Exception {
        Path file = Files.writeString(directory.resolve("holdfast.ini"), """
                [bot]
                host = ::1
                port = 9001
                tls_certificate = bot.crt
                tls_key = bot.key
                connections_per_minute_per_ip = 0
                block_ip = 1s
                max_messages_per_minute = 2
                auth_timeout = 3s
                ping_interval = 4s
                pong_timeout = 5s
                read_idle_timeout = 6s
                shutdown_timeout = 0
                reconnect_after = 8s
                session_ttl = 10m
                [limits]
                bot_max_connections = 11
                """);
        Config config = ConfigLoader.load(new ConfigSources(Map.of(), Map.of(), file));
        assertThat(config.limits().botMaxConnections()).isEqualTo(11);
        assertThat(config.bot())
                .isEqualTo(new BotSettings(
                        "::1",
                        9001,
                        new TlsSettings(
                                Optional.of(Path.of("bot.crt")), Optional.of(Path.of("bot.key"))),
                        0,
                        Duration.ofSeconds(1),
                        2,
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(6),
                        Duration.ZERO,
                        Duration.ofSeconds(8),
                        Duration.ofMinutes(10)));
    }

    @Test
    void aReloadTakesOverAllOfTheBotSectionButHowItListens() throws ConfigException {
        Map<String, String> changed = new HashMap<>(Map.of(
                "limits.bot_max_connections", "200",
                "bot.host", "127.0.0.1",
                "bot.port", "9001",
                "bot.tls_certificate", "c",
                "bot.tls_key", "k"));
        for (Key<?> key : BotKeys.ALL) {
            // Seven is in the range of every number and duration of the section.
            changed.putIfAbsent(key.path(), "7");
        }
        changed.put("bot.pong_timeout", "8");
        ConfigChanges changes = load(changed).changesFrom(load(Map.of()));
        assertThat(changes.restart())
                .extracting(ConfigChanges.Change::key)
                .containsExactly("bot.host", "bot.port", "bot.tls_certificate", "bot.tls_key");
        assertThat(changes.live())
                .extracting(ConfigChanges.Change::key)
                .containsExactly(
                        "bot.connections_per_minute_per_ip",
                        "bot.block_ip",
                        "bot.max_messages_per_minute",
                        "bot.auth_timeout",
                        "bot.ping_interval",
                        "bot.pong_timeout",
                        "bot.read_idle_timeout",
                        "bot.shutdown_timeout",
                        "bot.reconnect_after",
                        "bot.session_ttl",
                        "limits.bot_max_connections");
    }

    private static Config load(Map<String, String> settings) throws ConfigException {
        return ConfigLoader.load(ConfigSources.of(settings));
    }
}
