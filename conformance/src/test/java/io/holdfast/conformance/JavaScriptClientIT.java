package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.process.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The JavaScript client's own tests, against the server under test. Needs node; without npm those
 * against the library {@code ws} do not run, without Chromium those in a browser.
 */
class JavaScriptClientIT {
    private static final Path CLIENT =
            Path.of("..", "clients", "javascript").toAbsolutePath().normalize();
    private static final Path NODE_PACKAGE = Path.of("src", "test", "node");
    private static final Path DIRECTORY = Path.of("target", "javascript").toAbsolutePath();

    /** For one test; some start a server several times, on a machine that is busy with others. */
    private static final int TEST_TIMEOUT_MILLIS = 600_000;

    /** What is shown of a failure: its name, place, message and the top of its stack. */
    private static final int FAILURE_LINES = 25;

    /**
     * Stands where an installed {@code holdfast} would. Becomes the JVM, so that a signal reaches
     * it; variables that would change the server under test are dropped.
     */
    private static final String LAUNCHER = """
            #!/bin/sh
            unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS LOG_LEVEL NOTIFY_SOCKET \\
              SHUTDOWN_TIMEOUT BROADCAST_INTERVAL
            exec "$TEST_JAVA" -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \\
              --enable-native-access=ALL-UNNAMED \\
              -cp "$TEST_CLASS_PATH" io.holdfast.cli.Main "$@"
            """;

    /** A line of the Test Anything Protocol; that of a file or a suite repeats its tests' end. */
    private static final Pattern FAILED = Pattern.compile("\\s*not ok \\d+ - (?!.*# TODO)(.+)");

    private static final Pattern NOT_RUN = Pattern.compile("\\W*(\\w.* not run: .+)");
    private static final Pattern PASSED = Pattern.compile("# pass (\\d+)");

    @Test
    void itsOwnTestsPassAgainstThisServer() throws IOException {
        var node = Tool.require("node");
        Files.createDirectories(DIRECTORY);
        var launcher = Files.writeString(DIRECTORY.resolve("holdfast"), LAUNCHER);
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        installWs(node);
        var command = new ArrayList<>(List.of(
                node.toString(),
                "--test",
                "--test-reporter=tap",
                "--test-timeout=" + TEST_TIMEOUT_MILLIS));
        command.addAll(testFiles());
        var environment = Map.of(
                "TEST_LAUNCHER", launcher.toString(),
                "TEST_JAVA",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "TEST_CLASS_PATH", System.getProperty("java.class.path"),
                "TEST_MODULES", DIRECTORY.toString());

        try (var run = Tool.start(CLIENT, environment, command)) {
            var exit = run.awaitExit();
            var output = run.lines().all();
            var kept = Files.write(DIRECTORY.resolve("tests.tap"), output);
            var notRun = matches(NOT_RUN, output);
            notRun.forEach(line -> System.out.println("Not run: " + line));
            assertThat(matches(FAILED, output))
                    .as(() -> "failed tests; all output is in " + kept + ", the first failure:\n"
                            + firstFailure(output))
                    .isEmpty();
            assertThat(exit).as(() -> String.join("\n", run.lines().tail(40))).isZero();
            assertThat(matches(PASSED, output)).isNotEmpty().doesNotContain("0");
            assertThat(notRun)
                    .as("what this source tree has")
                    .noneMatch(line -> line.contains("real-server") || line.contains("vectors"));
            if ("1".equals(System.getenv("HOLDFAST_REQUIRE_ALL"))) {
                assertThat(notRun).isEmpty();
            }
        }
    }

    /** The version that NodeClientIT talks with, in a directory of its own: the two run at once. */
    private static void installWs(Path node) throws IOException {
        var npm = node.resolveSibling("npm");
        if (!Files.isExecutable(npm)) {
            return;
        }
        for (var name : List.of(".npmrc", "package.json", "package-lock.json")) {
            Files.copy(
                    NODE_PACKAGE.resolve(name),
                    DIRECTORY.resolve(name),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        var command = List.of(
                npm.toString(),
                "ci",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--prefer-offline");
        try (var install = Tool.start(DIRECTORY, Map.of(), command)) {
            assertThat(install.awaitExit())
                    .as(() -> String.join("\n", install.lines().tail(20)))
                    .isZero();
        }
    }

    private static List<String> testFiles() throws IOException {
        try (Stream<Path> files = Files.list(CLIENT.resolve("test"))) {
            return files.map(Path::toString)
                    .filter(name -> name.endsWith(".test.js"))
                    .sorted()
                    .toList();
        }
    }

    private static String firstFailure(List<String> output) {
        return output.stream()
                .dropWhile(line -> !FAILED.matcher(line).matches())
                .limit(FAILURE_LINES)
                .collect(Collectors.joining("\n"));
    }

    private static List<String> matches(Pattern pattern, List<String> lines) {
        return lines.stream()
                .map(pattern::matcher)
                .filter(line -> line.matches())
                .map(line -> line.group(1))
                .toList();
    }
}
