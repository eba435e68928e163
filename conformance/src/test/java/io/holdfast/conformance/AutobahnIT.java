package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.Json;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;

/**
 * The Autobahn test suite against the server's transport with an echo behind it. The suite is
 * Python 2.7; it runs in Jython, so that nothing has to be installed. The build puts both under
 * {@code target/autobahn}.
 */
@Isolated("it keeps all cores busy, and others have timers to meet")
class AutobahnIT {
    private static final Path TARGET = Path.of("target", "autobahn").toAbsolutePath();

    @Test
    void theProtocolIsSpokenAsTheSuiteExpects() throws IOException {
        var cases =
                run("protocol", List.of("1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"));

        assertThat(cases).hasSize(247);
        assertThat(count(cases, "behavior").keySet())
                .isSubsetOf("OK", "NON-STRICT", "INFORMATIONAL");
        assertThat(count(cases, "behaviorClose").keySet()).isSubsetOf("OK", "INFORMATIONAL");
        assertThat(count(cases, "behavior").getOrDefault("NON-STRICT", 0)).isLessThanOrEqualTo(2);
    }

    @Test
    @Tag("autobahn-all")
    void messagesOfManyMegabytesAreEchoed() throws IOException {
        var cases = run(
                "sizes",
                List.of("9.*"),
                "limits.message_size=32MiB",
                "limits.outbox_limit=64MiB",
                "store.history_bytes=64MiB",
                "store.uncommitted_limit=64MiB",
                "limits.max_fragments=1000000");

        assertThat(cases).hasSize(54);
        assertThat(count(cases, "behavior")).containsOnlyKeys("OK");
        assertThat(count(cases, "behaviorClose")).containsOnlyKeys("OK");
    }

    private static JsonNode run(String name, List<String> sections, String... limits)
            throws IOException {
        var arguments = new ArrayList<>(List.of("echo-server", "--port", "0"));
        for (var limit : limits) {
            arguments.addAll(List.of("--set", limit));
        }
        var reports = TARGET.resolve("reports-" + name);
        try (var echo = ServerProcess.command(arguments.toArray(String[]::new)).awaitReady()) {
            var specification = Files.writeString(TARGET.resolve(name + ".json"), """
                    {"options": {"failByDrop": false}, "outdir": "%s",
                     "servers": [{"agent": "holdfast", "url": "ws://127.0.0.1:%d",
                       "options": {"version": 18}}],
                     "cases": ["%s"], "exclude-cases": [], "exclude-agent-cases": {}}
                    """.formatted(
                            reports, echo.http(), String.join("\", \"", sections)));
            var command = List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "--enable-native-access=ALL-UNNAMED",
                    "-Dpython.cachedir.skip=true",
                    "-jar",
                    TARGET.resolve("jython-standalone.jar").toString(),
                    Path.of("src", "test", "autobahn", "run.py")
                            .toAbsolutePath()
                            .toString(),
                    TARGET.resolve("suite").toString(),
                    specification.toString());
            try (var suite = Tool.start(TARGET, Map.of(), command)) {
                assertThat(suite.awaitExit())
                        .as(() -> String.join("\n", suite.lines().tail(20)))
                        .isZero();
            }
        }
        var cases = Json.parse(Files.readString(reports.resolve("index.json"))).path("holdfast");
        System.out.println("Autobahn " + name + ": " + cases.size() + " cases, behavior "
                + count(cases, "behavior") + ", close " + count(cases, "behaviorClose"));
        cases.propertyStream()
                .filter(one -> !List.of("OK", "INFORMATIONAL")
                                .contains(one.getValue().path("behavior").asString())
                        || !List.of("OK", "INFORMATIONAL")
                                .contains(one.getValue().path("behaviorClose").asString()))
                .forEach(one -> System.out.println("  " + one.getKey() + " " + one.getValue()));
        return cases;
    }

    private static Map<String, Integer> count(JsonNode cases, String field) {
        var counts = new TreeMap<String, Integer>();
        cases.forEach(one -> counts.merge(one.path(field).asString(), 1, Integer::sum));
        return counts;
    }
}
