package io.holdfast.conformance.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.client.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Another host, as far as the network is concerned: a network namespace of Linux with one cable to
 * this one, which can lose packets. Needs root, and the programs {@code ip} and {@code tc}. It is
 * gone when closed, and at the latest when this process ends.
 *
 * <p>Loss is made with a filter in classic BPF, {@code cls_bpf}: kernels have it more often than the
 * {@code netem} queue.
 */
public final class NetworkNamespace implements AutoCloseable {
    /** TC_ACT_SHOT: every packet is dropped. */
    private static final String DROP_ALL = "1,6 0 0 2,";
    /**
     * {@code ld rand; jgt #20%, pass, drop; pass: ret TC_ACT_UNSPEC; drop: ret TC_ACT_SHOT}; the number
     * is a fifth of 2^32.
     */
    private static final String DROP_A_FIFTH =
            "4,32 0 0 4294963256,37 0 1 858993459,6 0 0 4294967295,6 0 0 2,";

    private static final int CLONE_NEWNET = 0x4000_0000;

    private static final AtomicInteger MADE = new AtomicInteger();

    /** A closed one lives on until the last of its sockets is closed: names are not used again. */
    private final String suffix = ProcessHandle.current().pid() + "-" + MADE.incrementAndGet();

    private final String name = "holdfast-" + suffix;
    /** At most 15 characters. */
    private final String cable = "hf" + suffix;
    /** Of the block for tests between networks (RFC 2544), so that it is nobody's. */
    private final String net = "198.18." + ProcessHandle.current().pid() % 256 + ".";

    private final Thread atExit = new Thread(this::remove);

    private NetworkNamespace() {}

    /** Where this cannot be made the test does not run and says why. */
    public static NetworkNamespace make() {
        Tool.require("ip");
        Tool.require("tc");
        var made = new NetworkNamespace();
        Runtime.getRuntime().addShutdownHook(made.atExit);
        try {
            made.build();
            return made;
        } catch (RefusedException refused) {
            made.close();
            throw Tool.missing("no network namespace can be made: " + refused.getMessage());
        }
    }

    private void build() throws RefusedException {
        run("ip", "netns", "add", name);
        run("ip", "link", "add", cable, "type", "veth", "peer", "name", "far", "netns", name);
        run("ip", "address", "add", net + "1/30", "dev", cable);
        run("ip", "link", "set", cable, "up");
        run("ip", "-n", name, "address", "add", net + "2/30", "dev", "far");
        run("ip", "-n", name, "link", "set", "far", "up");
        run("tc", "qdisc", "add", "dev", cable, "clsact");
        run("tc", "-n", name, "qdisc", "add", "dev", "far", "clsact");
        // Once and at once, so that a kernel without it is found here.
        filter(DROP_ALL);
        heal();
    }

    /** This side's address, which can be reached from the other. */
    public String here() {
        return net + "1";
    }

    /** From now on no packet arrives, either way, and nobody is told. */
    public void dropAll() {
        apply(DROP_ALL);
    }

    /** From now on one packet in five is lost, each way. */
    public void dropAFifth() {
        apply(DROP_A_FIFTH);
    }

    private void apply(String program) {
        try {
            filter(program);
        } catch (RefusedException refused) {
            throw new AssertionError(refused);
        }
    }

    /** On IP only: addresses are still resolved. */
    private void filter(String program) throws RefusedException {
        for (var side : List.of(List.of("tc"), List.of("tc", "-n", name))) {
            var command = new ArrayList<>(side);
            var device = side.size() == 1 ? cable : "far";
            command.addAll(List.of("filter", "replace", "dev", device, "ingress"));
            command.addAll(List.of("prio", "1", "handle", "1", "protocol", "ip"));
            command.addAll(List.of("bpf", "da", "bytecode", program));
            run(command.toArray(String[]::new));
        }
    }

    /** Every packet arrives again. */
    public void heal() {
        try {
            run("tc", "filter", "del", "dev", cable, "ingress");
            run("tc", "-n", name, "filter", "del", "dev", "far", "ingress");
        } catch (RefusedException refused) {
            throw new AssertionError(refused);
        }
    }

    /** Packets dropped so far, both ways. */
    public long dropped() {
        var sum = 0L;
        for (var side : List.of(List.of("tc"), List.of("tc", "-n", name))) {
            var command = new ArrayList<>(side);
            var device = side.size() == 1 ? cable : "far";
            command.addAll(List.of("-j", "-s", "qdisc", "show", "dev", device, "clsact"));
            try (var run = Tool.start(Path.of("."), Map.of(), command)) {
                sum += Json.parse(String.join("", run.lines().all()))
                        .valueStream()
                        .filter(queue -> queue.path("kind").asString().equals("clsact"))
                        .mapToLong(queue -> queue.path("drops").asLong())
                        .sum();
            }
        }
        return sum;
    }

    /** The same command as a process of the other side; its process id is the one that is started. */
    public List<String> command(List<String> command) {
        var there = new ArrayList<>(List.of("ip", "netns", "exec", name));
        there.addAll(command);
        return there;
    }

    /** A connection from the other side to a port here. */
    public Socket connect(int port) {
        var connected = new CompletableFuture<Socket>();
        // A socket is of the namespace of the thread that makes it; this one never comes back.
        Thread.ofPlatform().daemon().start(() -> {
            try {
                enter();
                var socket = new Socket();
                socket.connect(new InetSocketAddress(InetAddress.ofLiteral(here()), port), (int)
                        Inbox.PATIENCE.toMillis());
                connected.complete(socket);
            } catch (IOException | AssertionError failed) {
                connected.completeExceptionally(failed);
            }
        });
        try {
            return connected.get();
        } catch (InterruptedException | ExecutionException failed) {
            throw new AssertionError("could not connect from " + name, failed);
        }
    }

    /** Moves this thread to the other side. */
    @SuppressWarnings("restricted") // Native access is what this is.
    private void enter() {
        var linker = Linker.nativeLinker();
        var symbols = linker.defaultLookup();
        try (var arena = Arena.ofConfined()) {
            var open = linker.downcallHandle(
                    symbols.findOrThrow("open"),
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                    Linker.Option.firstVariadicArg(2));
            var setns = linker.downcallHandle(
                    symbols.findOrThrow("setns"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
            var close = linker.downcallHandle(
                    symbols.findOrThrow("close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
            var descriptor = (int) open.invokeExact(arena.allocateFrom("/run/netns/" + name), 0);
            var entered = (int) setns.invokeExact(descriptor, CLONE_NEWNET);
            var ignored = (int) close.invokeExact(descriptor);
            if (entered != 0) {
                throw new AssertionError("setns to " + name + " failed");
            }
        } catch (AssertionError failed) {
            throw failed;
        } catch (Throwable failed) {
            throw new AssertionError(failed);
        }
    }

    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    private static void run(String... command) throws RefusedException {
        try (var run = Tool.start(Path.of("."), Map.of(), List.of(command))) {
            if (run.awaitExit() != 0) {
                throw new RefusedException(
                        String.join(" ", command) + ": " + run.lines().tail(1));
            }
        }
    }

    /** What was not made yet cannot be removed, and need not be. */
    private void remove() {
        for (var command : List.of(
                List.of("ip", "link", "delete", cable), List.of("ip", "netns", "delete", name))) {
            try {
                new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException alreadyEnding) {
            // Then it runs once more, and finds nothing.
        }
    }
}
