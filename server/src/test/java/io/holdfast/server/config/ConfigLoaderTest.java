package io.holdfast.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigLoaderTest {

    @TempDir
    private Path directory = Path.of(".");

    @Test
    void withoutAnySettingTheDefaultsAreThoseOfTheDocumentation() throws ConfigException {
        Config config = load(Map.of());
        assertThat(config.server().host()).isEqualTo("0.0.0.0");
        assertThat(config.server().port()).isEqualTo(8000);
        assertThat(config.server().operationsHost()).isEqualTo("127.0.0.1");
        assertThat(config.server().operationsPort()).isEqualTo(8080);
        assertThat(config.server().keepAliveTimeout()).isEqualTo(Duration.ofHours(1));
        assertThat(config.server().tls().enabled()).isFalse();
        assertThat(config.rooms().shutdownTimeout()).isEqualTo(Duration.ofMinutes(30));
        assertThat(config.rooms().shutdownReason()).isEqualTo("Сервер завершує роботу");
        assertThat(config.rooms().broadcastInterval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.deepstream().shutdownTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.limits().messageBytes()).isEqualTo(1 << 20);
        assertThat(config.limits().maxConnections()).isEqualTo(100_000);
        assertThat(config.limits().botMaxConnections()).isEqualTo(100);
        assertThat(config.auth().enabled()).isFalse();
        assertThat(config.auth().sessionTokenTtl()).isEqualTo(Duration.ofHours(1));
        assertThat(config.rooms().authTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.rooms().sessionTtl()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.rooms().presenceGrace()).isEqualTo(Duration.ofSeconds(15));
        assertThat(config.drain().ratePerSecond()).isEqualTo(500);
        assertThat(config.drain().terminationGrace()).isEmpty();
        assertThat(config.log().level()).isEqualTo(LogSettings.Threshold.INFO);
    }

    @Test
    void withoutAnySettingTheStoreIsInMemoryWithASnapshot() throws ConfigException {
        StoreSettings store = load(Map.of()).store();
        assertThat(store.engine()).isEqualTo(StoreEngine.MEMORY);
        assertThat(store.directory()).isEqualTo(Path.of("holdfast-data"));
        assertThat(store.directoryIsDefault()).isTrue();
        assertThat(store.snapshot()).isTrue();
        assertThat(store.uncommittedBytes()).isEqualTo(16 << 20);
        assertThat(store.maxSessions()).isEqualTo(200_000);
        assertThat(store.history())
                .isEqualTo(new HistorySettings(1_000, Duration.ofMinutes(10), 8 << 20, 128 << 20));
        assertThat(store.disk())
                .isEqualTo(new DiskStoreSettings(Duration.ZERO, true, 1 << 30, 64 << 20));
    }

    @Test
    void aDiskStoreMayBeLargerThanAnIntCounts() throws ConfigException {
        StoreSettings store = load(Map.of(
                        "store.engine", "disk",
                        "store.commit_interval", "2ms",
                        "store.fsync", "false",
                        "store.disk_size", "64GiB",
                        "store.history_total", "4GiB"))
                .store();
        assertThat(store.engine()).isEqualTo(StoreEngine.DISK);
        assertThat(store.disk())
                .isEqualTo(new DiskStoreSettings(Duration.ofMillis(2), false, 64L << 30, 64 << 20));
        assertThat(store.history().totalBytes()).isEqualTo(4L << 30);
    }

    @Test
    void underSystemdTheStoreIsInTheFirstStateDirectory() throws ConfigException {
        Config config = environment(Map.of("STATE_DIRECTORY", "/var/lib/holdfast:/var/lib/b"));
        assertThat(config.store().directory()).isEqualTo(Path.of("/var/lib/holdfast"));
        assertThat(config.store().directoryIsDefault()).isFalse();
        assertThat(config.print()).contains("; environment variable STATE_DIRECTORY");
        assertThat(environment(Map.of("STATE_DIRECTORY", "")).store().directoryIsDefault())
                .isTrue();
    }

    @Test
    void theFileAndTheLongNameBeatTheStateDirectory() throws Exception {
        Map<String, String> unit = Map.of("STATE_DIRECTORY", "/var/lib/holdfast");
        Path file = file("[store]\ndirectory = /srv/chosen\n");
        Config chosen = ConfigLoader.load(new ConfigSources(Map.of(), unit, file));
        assertThat(chosen.store().directory()).isEqualTo(Path.of("/srv/chosen"));
        assertThat(chosen.store().directoryIsDefault()).isFalse();
        Config named = environment(Map.of(
                "STATE_DIRECTORY", "/var/lib/holdfast", "HOLDFAST_STORE_DIRECTORY", "/srv/named"));
        assertThat(named.store().directory()).isEqualTo(Path.of("/srv/named"));
    }

    @Test
    void aFlagBeatsTheEnvironmentWhichBeatsTheFileWhichBeatsTheDefault() throws Exception {
        Path file = file("[server]\nport = 1\noperations_port = 2\nevent_loops = 3\n");
        Map<String, String> environment =
                Map.of("HOLDFAST_SERVER_PORT", "11", "HOLDFAST_SERVER_OPERATIONS_PORT", "12");
        Map<String, ConfigSources.Flag> flags =
                Map.of("server.port", new ConfigSources.Flag("--port", "21"));
        Config config = ConfigLoader.load(new ConfigSources(flags, environment, file));
        assertThat(config.server().port()).isEqualTo(21);
        assertThat(config.server().operationsPort()).isEqualTo(12);
        assertThat(config.server().eventLoops()).isEqualTo(3);
        assertThat(config.print())
                .containsPattern("(?m)^port = 21 +; --port$")
                .containsPattern("(?m)^operations_port = 12 +; environment variable"
                        + " HOLDFAST_SERVER_OPERATIONS_PORT$")
                .containsPattern("(?m)^host = 0.0.0.0 +; default$")
                .contains("holdfast.ini:4");
    }

    @Test
    void theThreePlainVariablesAreRead() throws ConfigException {
        Config config = environment(Map.of(
                "SHUTDOWN_TIMEOUT", "5",
                "BROADCAST_INTERVAL", "0",
                "LOG_LEVEL", "DEBUG"));
        assertThat(config.rooms().shutdownTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.rooms().broadcastInterval()).isZero();
        assertThat(config.log().level()).isEqualTo(LogSettings.Threshold.DEBUG);
    }

    @Test
    void thePrefixedVariableBeatsThePlainOne() throws ConfigException {
        Config config =
                environment(Map.of("LOG_LEVEL", "debug", "HOLDFAST_SERVER_LOG_LEVEL", "error"));
        assertThat(config.log().level()).isEqualTo(LogSettings.Threshold.ERROR);
    }

    @Test
    void anEmptyVariableCountsAsNotSet() throws ConfigException {
        Config config = environment(Map.of("HOLDFAST_SERVER_PORT", "", "LOG_LEVEL", " "));
        assertThat(config.server().port()).isEqualTo(8000);
    }

    @Test
    void variablesOfTheLauncherOfClientsAndOfOthersAreLeftAlone() throws ConfigException {
        Config config = environment(Map.of(
                "HOLDFAST_JAVA_HOME", "/jdk",
                "HOLDFAST_JAVA_OPTS", "-Xmx1g",
                "HOLDFAST_REQUIRE_ALL", "1",
                "HOLDFAST_FAST_START", "no",
                "HOLDFAST_TOKEN", "secret",
                "PATH", "/bin"));
        assertThat(config.server().port()).isEqualTo(8000);
    }

    @Test
    void aServiceCalledHoldfastDoesNotStopAPodFromStarting() throws ConfigException {
        Config config = environment(Map.of(
                "KUBERNETES_SERVICE_HOST", "10.0.0.1",
                "HOLDFAST_SERVICE_HOST", "10.0.0.7",
                "HOLDFAST_SERVICE_PORT_HTTP", "8000",
                "HOLDFAST_PORT", "tcp://10.0.0.7:8000",
                "HOLDFAST_PORT_8000_TCP_ADDR", "10.0.0.7",
                "HOLDFAST_SERVER_PORT", "tcp://10.0.0.8:8000",
                "HOLDFAST_BOT_SERVICE_HOST", "10.0.0.9",
                "HOLDFAST_BOT_PORT", "tcp://10.0.0.9:80"));
        assertThat(config.server().port()).isEqualTo(8000);
        assertThat(config.bot().port()).isEqualTo(9000);
    }

    @Test
    void underKubernetesAGraceIsAssumedUnlessOneIsSet() throws ConfigException {
        Map<String, String> pod = Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1");
        Config assumed = environment(pod);
        assertThat(assumed.drain().terminationGrace()).contains(Duration.ofSeconds(25));
        assertThat(assumed.print()).contains("; assumed, Kubernetes was detected");
        Map<String, ConfigSources.Flag> flags =
                Map.of("drain.termination_grace", new ConfigSources.Flag("--set", "60"));
        Config set = ConfigLoader.load(new ConfigSources(flags, pod, null));
        assertThat(set.drain().terminationGrace()).contains(Duration.ofMinutes(1));
    }

    @Test
    void theFileMayHaveCommentsQuotesAByteOrderMarkAndWindowsLineEnds() throws Exception {
        String text = """
                ; top
                [rooms] ; tail
                welcome_message = " a;b # \\"c\\" " ; tail
                shutdown_reason = Бувай;не коментар # tail
                [bot]
                """;
        Path file = file("\uFEFF" + text.replace("\n", "\r\n"));
        Config config = ConfigLoader.load(new ConfigSources(Map.of(), Map.of(), file));
        assertThat(config.rooms().welcomeMessage()).isEqualTo(" a;b # \"c\" ");
        assertThat(config.rooms().shutdownReason()).isEqualTo("Бувай;не коментар");
    }

    @Test
    void tokensSwitchAuthenticationOnUnlessItIsSwitchedOff() throws ConfigException {
        assertThat(load(Map.of("auth.tokens", "a:b")).auth().enabled()).isTrue();
        assertThat(load(Map.of("auth.tokens", "a:b", "auth.enabled", "off"))
                        .auth()
                        .enabled())
                .isFalse();
    }

    @Test
    void secretsAreNotInAnythingThatCanBePrinted() throws ConfigException {
        Config config = load(Map.of("auth.tokens", "alice:sesame"));
        Config other = load(Map.of("auth.tokens", "alice:turnip"));
        assertThat(List.of(config.print(), config.toString(), config.auth().toString()))
                .allSatisfy(text -> assertThat(text).doesNotContain("sesame").contains("****"));
        ConfigChanges changes = other.changesFrom(config);
        assertThat(changes.live())
                .extracting(ConfigChanges.Change::key)
                .containsExactly("auth.tokens");
        assertThat(changes.toString()).doesNotContain("sesame", "turnip");
    }

    @Test
    void aReloadTellsWhatTakesEffectAndWhatNeedsARestart() throws ConfigException {
        Config old = load(Map.of());
        Config now = load(Map.of(
                "limits.message_size", "64KiB", "server.port", "1", "rooms.ping_interval", "30"));
        ConfigChanges changes = now.changesFrom(old);
        assertThat(changes.live())
                .containsExactly(new ConfigChanges.Change("limits.message_size", "1MiB", "64KiB"));
        assertThat(changes.restart())
                .containsExactly(new ConfigChanges.Change("server.port", "8000", "1"));
        assertThat(now.changesFrom(now).isEmpty()).isTrue();
    }

    @Test
    void listenersMayShareAPortOnDifferentAddressesOrWhenItIsZero() throws ConfigException {
        Config free =
                load(Map.of("server.port", "0", "server.operations_port", "0", "bot.port", "0"));
        assertThat(free.server().port()).isZero();
        assertThat(free.bot().port()).isZero();
        Config config = load(Map.of(
                "server.host", "127.0.0.2",
                "server.port", "8080",
                "bot.host", "127.0.0.3",
                "bot.port", "8080"));
        assertThat(config.server().port()).isEqualTo(8080);
        assertThat(config.bot().port()).isEqualTo(8080);
    }

    @Test
    void theListingIsAFileThatGivesTheSameConfiguration() throws Exception {
        Config config = load(Map.of(
                "rooms.welcome_message", " \"x\"; \\ # y ",
                "server.allowed_origins", "https://a.example, *, null, http://b:81",
                "server.trusted_proxies", "10.0.0.0/8,::1",
                "drain.termination_grace", "90s",
                "limits.write_timeout", "1.5",
                "store.disk_size", "6GiB",
                "store.engine", "disk",
                "store.directory", "a;b",
                "bot.port", "9001",
                "bot.reconnect_after", "90"));
        Config again =
                ConfigLoader.load(new ConfigSources(Map.of(), Map.of(), file(config.print())));
        assertThat(again.changesFrom(config).isEmpty()).isTrue();
        assertThat(again.limits()).isEqualTo(config.limits());
        assertThat(again.server()).isEqualTo(config.server());
        assertThat(again.store()).isEqualTo(config.store());
        assertThat(again.bot()).isEqualTo(config.bot());
    }

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("holdfast.ini"), content);
    }

    private static Config load(Map<String, String> settings) throws ConfigException {
        return ConfigLoader.load(ConfigSources.of(settings));
    }

    private static Config environment(Map<String, String> environment) throws ConfigException {
        return ConfigLoader.load(new ConfigSources(Map.of(), environment, null));
    }
}
