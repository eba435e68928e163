package io.holdfast.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server under test in a process of its own; {@link #close} ends it. */
final class ServerProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("READY http=(\\d+) bot=(\\d+) .*");
    private static final long START_LIMIT_SECONDS = 60;
    private static final long STOP_LIMIT_SECONDS = 10;

    private final Process process;
    private final Thread killer;
    private final Ports ports;

    /** What a READY line says. */
    private record Ports(int http, int bot) {}

    private ServerProcess(Process process, Thread killer, Ports ports) {
        this.process = process;
        this.killer = killer;
        this.ports = ports;
    }

    /** Starts it and waits for its READY line; its log is added to a file that an error names. */
    static ServerProcess start(
            Contestant contestant, Settings settings, String heap, StoreDirectory store)
            throws IOException, InterruptedException {
        Files.createDirectories(settings.logs());
        String name = contestant.name();
        Path log = log(settings, contestant);
        List<String> command = new ArrayList<>(settings.cores().serverPrefix());
        command.addAll(
                contestant.server().command(settings, heap, contestant.holdfastSettings(), store));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        Thread killer = new Thread(process::destroyForcibly, "stop-" + name);
        Runtime.getRuntime().addShutdownHook(killer);
        CompletableFuture<Ports> ports = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> readOutput(process, ports));
        try {
            return new ServerProcess(
                    process, killer, ports.get(START_LIMIT_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new IOException(
                    "The server " + name + " printed no READY line: see " + log + ".", e);
        }
    }

    /** Where it logs; shared by all contestants of this name. */
    static Path log(Settings settings, Contestant contestant) {
        return settings.logs().resolve(contestant.name().replaceAll("[^a-z0-9]+", "-") + ".log");
    }

    /** Whether Holdfast's command is built and knows {@code serve}. */
    static boolean holdfastServes(Settings settings) throws InterruptedException {
        try {
            Process help = new ProcessBuilder(
                            System.getProperty("java.home") + "/bin/java",
                            "-cp",
                            settings.holdfastClassPath(),
                            Server.HOLDFAST_MAIN,
                            "serve",
                            "--help")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return help.waitFor(START_LIMIT_SECONDS, TimeUnit.SECONDS) && help.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Reads to the end, so that the server never blocks on its output. */
    private static void readOutput(Process process, CompletableFuture<Ports> ports) {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher ready = READY.matcher(line);
                if (ready.matches()) {
                    ports.complete(new Ports(
                            Integer.parseInt(ready.group(1)), Integer.parseInt(ready.group(2))));
                }
            }
            ports.completeExceptionally(new IOException("It ended."));
        } catch (IOException e) {
            ports.completeExceptionally(e);
        }
    }

    int port() {
        return ports.http();
    }

    /** 0 for a peer: only Holdfast speaks to bots. */
    int botPort() {
        return ports.bot();
    }

    /** The server's own id: {@code taskset} replaces itself by it. */
    long pid() {
        return process.pid();
    }

    void terminate() {
        process.destroy();
    }

    /** As if the machine had lost power: nothing is said or written any more. */
    void kill() {
        process.destroyForcibly();
    }

    /** Exit status, or -1 when it has not ended by then. */
    int awaitExit(long limitSeconds) throws InterruptedException {
        return process.waitFor(limitSeconds, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(killer);
    }
}
