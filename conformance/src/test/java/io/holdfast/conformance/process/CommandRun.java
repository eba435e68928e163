package io.holdfast.conformance.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.conformance.client.Inbox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One run of a {@code holdfast} command, with what is typed and what it prints. */
public final class CommandRun implements AutoCloseable {
    private final Process process;
    private final Lines out;
    private final Lines err;

    private CommandRun(Process process) {
        this.process = process;
        this.out = new Lines("standard output", process.getInputStream());
        this.err = new Lines("standard error", process.getErrorStream());
    }

    /** Starts {@code holdfast} with these arguments, in these variables besides our own. */
    public static CommandRun start(Map<String, String> environment, String... arguments) {
        return start(environment, commandLine(arguments));
    }

    public static CommandRun start(String... arguments) {
        return start(Map.of(), arguments);
    }

    private static CommandRun start(Map<String, String> environment, List<String> command) {
        try {
            var builder = new ProcessBuilder(command);
            builder.environment()
                    .keySet()
                    .removeIf(name -> name.startsWith("HOLDFAST_") || name.equals("NO_COLOR"));
            builder.environment().putAll(environment);
            return new CommandRun(builder.start());
        } catch (IOException failed) {
            throw new AssertionError("could not start " + command, failed);
        }
    }

    /** In a terminal of its own; what it prints there is in {@link #out()}. */
    public static CommandRun inTerminal(Map<String, String> environment, String... arguments) {
        var words = new ArrayList<String>();
        for (var word : commandLine(arguments)) {
            words.add("'" + word.replace("'", "'\\''") + "'");
        }
        var script = Tool.require("script").toString();
        // The class path is long, and a command line is read by a shell.
        return start(
                environment,
                List.of(script, "-qefc", "exec " + String.join(" ", words), "/dev/null"));
    }

    private static List<String> commandLine(String... arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.holdfast.cli.Main"));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Types as it is: a line needs its end. */
    public CommandRun type(String text) {
        try {
            process.getOutputStream().write(text.getBytes(UTF_8));
            process.getOutputStream().flush();
            return this;
        } catch (IOException ended) {
            throw new AssertionError("the command ended; it said: " + err.tail(20), ended);
        }
    }

    public CommandRun endInput() {
        try {
            process.getOutputStream().close();
            return this;
        } catch (IOException ended) {
            throw new AssertionError("the command ended; it said: " + err.tail(20), ended);
        }
    }

    public Lines out() {
        return out;
    }

    public Lines err() {
        return err;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGINT, what Ctrl-C sends. */
    public CommandRun interrupt() {
        try {
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            return this;
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    /** The exit status, when it ends by itself. */
    public int awaitExit() {
        try {
            if (!process.waitFor(2 * Inbox.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the command is still running; it said: " + err.tail(20));
            }
            return process.exitValue();
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
