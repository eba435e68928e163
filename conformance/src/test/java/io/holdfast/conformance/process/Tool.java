package io.holdfast.conformance.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Programs of the machine that some tests need. */
public final class Tool {
    private Tool() {}

    /**
     * Where a program is. Without it the test does not run and says so in one line; with {@code
     * HOLDFAST_REQUIRE_ALL=1} it fails.
     */
    public static Path require(String program) {
        var found = Stream.of(
                        System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
        return found.orElseThrow(() -> missing(program + " is not installed"));
    }

    /** Ends the test as one that cannot run here; to be thrown, for the compiler's sake. */
    public static RuntimeException missing(String reason) {
        if ("1".equals(System.getenv("HOLDFAST_REQUIRE_ALL"))) {
            throw new AssertionError(reason + ", and HOLDFAST_REQUIRE_ALL=1 demands it");
        }
        System.out.println("Not run: " + reason);
        return abort(reason);
    }

    /** A running program, its standard error within its standard output. */
    public static final class Run implements AutoCloseable {
        private final Process process;
        private final Lines lines;

        Run(Process process) {
            this.process = process;
            this.lines = new Lines(
                    "the output of " + process.info().command().orElse("the program"),
                    process.getInputStream());
        }

        public Lines lines() {
            return lines;
        }

        /** Writes a line to its standard input. */
        public void say(String line) {
            try {
                process.getOutputStream().write((line + "\n").getBytes(UTF_8));
                process.getOutputStream().flush();
            } catch (IOException ended) {
                throw new AssertionError("the program ended; it said: " + lines.tail(20), ended);
            }
        }

        public int awaitExit() {
            lines.all();
            try {
                return process.waitFor();
            } catch (InterruptedException stopped) {
                throw new AssertionError(stopped);
            }
        }

        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    public static Run start(Path directory, Map<String, String> environment, List<String> command) {
        try {
            var builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true);
            builder.environment().putAll(environment);
            return new Run(builder.start());
        } catch (IOException failed) {
            throw new AssertionError("could not start " + command, failed);
        }
    }
}
