package io.holdfast.conformance.process;

import io.holdfast.conformance.client.Inbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One run of the {@code holdfast} command in a JVM of its own. Closing it ends that JVM whatever
 * state it is in.
 */
public final class ServerProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("READY .*");
    /** A plain start of a JVM on a machine that is busy with other tests. */
    private static final Duration EXIT_PATIENCE = Duration.ofSeconds(40);

    private final Process process;
    private final Path directory;
    private final Lines out;
    private final Lines err;
    private String readyLine = "";

    private ServerProcess(Process process, Path directory) {
        this.process = process;
        this.directory = directory;
        this.out = new Lines("standard output", process.getInputStream());
        this.err = new Lines("standard error", process.getErrorStream());
    }

    /** Starts {@code holdfast serve} and waits until it is ready. */
    public static ServerProcess start(Settings settings) {
        var server = launch(settings);
        try {
            return server.awaitReady();
        } catch (AssertionError notReady) {
            server.close();
            throw new AssertionError(
                    "the server did not become ready; standard error:\n"
                            + String.join("\n", server.err.tail(40)),
                    notReady);
        }
    }

    /** Starts {@code holdfast serve} and does not wait. */
    public static ServerProcess launch(Settings settings) {
        try {
            var directory = Files.createTempDirectory("holdfast-conformance");
            var config = Files.writeString(directory.resolve("holdfast.ini"), settings.file());
            var arguments = new ArrayList<>(List.of("serve", "--config", config.toString()));
            arguments.addAll(settings.arguments());
            return run(directory, settings.jvmFlags(), settings.environment(), arguments);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Runs any {@code holdfast} command. */
    public static ServerProcess command(String... arguments) {
        try {
            var directory = Files.createTempDirectory("holdfast-conformance");
            return run(directory, List.of("-Xmx256m"), Map.of(), List.of(arguments));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static ServerProcess run(
            Path directory,
            List<String> jvmFlags,
            Map<String, String> variables,
            List<String> arguments)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmFlags);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"));
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), "io.holdfast.cli.Main"));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).directory(directory.toFile());
        var environment = builder.environment();
        environment
                .keySet()
                .removeIf(name -> name.startsWith("HOLDFAST_") || name.startsWith("KUBERNETES_"));
        environment
                .keySet()
                .removeAll(List.of(
                        "SHUTDOWN_TIMEOUT",
                        "BROADCAST_INTERVAL",
                        "LOG_LEVEL",
                        "NOTIFY_SOCKET",
                        "JAVA_TOOL_OPTIONS",
                        "JDK_JAVA_OPTIONS"));
        environment.putAll(variables);
        return new ServerProcess(builder.start(), directory);
    }

    /** Writes the configuration file anew and tells the server to read it. */
    public ServerProcess reload(String file) {
        try {
            Files.writeString(directory.resolve("holdfast.ini"), file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return signal("HUP");
    }

    public ServerProcess awaitReady() {
        readyLine = out.await(line -> READY.matcher(line).matches(), "READY …");
        return this;
    }

    public String readyLine() {
        return readyLine;
    }

    public int http() {
        return Integer.parseInt(ready("http"));
    }

    public int botPort() {
        return Integer.parseInt(ready("bot"));
    }

    public int operations() {
        return Integer.parseInt(ready("operations"));
    }

    private String ready(String field) {
        for (var word : readyLine.split(" ", -1)) {
            if (word.startsWith(field + "=")) {
                return word.substring(field.length() + 1);
            }
        }
        throw new AssertionError("no " + field + "= in: " + readyLine);
    }

    public URI webSocket(String path) {
        return URI.create("ws://127.0.0.1:" + http() + path);
    }

    public URI onPublicPort(String path) {
        return URI.create("http://127.0.0.1:" + http() + path);
    }

    public URI onOperationsPort(String path) {
        return URI.create("http://127.0.0.1:" + operations() + path);
    }

    public Lines out() {
        return out;
    }

    public Lines err() {
        return err;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Sends SIGTERM, SIGINT… named without the SIG. */
    public ServerProcess signal(String name) {
        try {
            var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
            if (kill.waitFor() != 0) {
                throw new AssertionError("could not send SIG" + name + ": the server has ended");
            }
            return this;
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    public int awaitExit() {
        try {
            if (!process.waitFor(EXIT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(
                        "the server expected to exit is still running; standard error:\n"
                                + String.join("\n", err.tail(40)));
            }
            return process.exitValue();
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    /** Memory that the operating system holds for the process (VmRSS), in KiB. */
    public long residentKibibytes() {
        try {
            for (var line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
            throw new AssertionError("no VmRSS for process " + process.pid());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(Inbox.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            delete(directory);
        } catch (IOException leftover) {
            // A file the server wrote beside its configuration: the system's temporary folder keeps
            // it.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** With the store that it has by default. */
    private static void delete(Path directory) throws IOException {
        try (Stream<Path> inside = Files.walk(directory)) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
