package io.holdfast.benchmarks;

import io.holdfast.benchmarks.load.PlainWire;
import io.holdfast.benchmarks.load.RoomsWire;
import io.holdfast.benchmarks.load.Wire;
import io.holdfast.benchmarks.peer.BareServer;
import io.holdfast.benchmarks.peer.VertxServer;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The servers that can be compared. {@link #BARE} is what the others are divided by. */
public enum Server {
    BARE,
    HOLDFAST,
    VERTX;

    static final String HOLDFAST_MAIN = "io.holdfast.cli.Main";

    /**
     * Nothing that is not measured: no rate limit, no periodic message, one event loop as the
     * others have.
     */
    private static final List<String> HOLDFAST_SETTINGS = List.of(
            "rooms.max_messages_per_minute=0",
            "rooms.broadcast_interval=0",
            "limits.max_connections_per_address=0",
            "server.event_loops=1");

    /** Their numbers are in the READY line. */
    private static final List<String> FREE_PORTS =
            List.of("server.port=0", "bot.port=0", "server.operations_port=0");

    /** The same flags for every server, so that only the servers differ. */
    private static final List<String> JVM_FLAGS = List.of(
            // A heap that grows by need: else resident memory shows how far the young generation
            // got.
            "-Xms32m",
            "-XX:+UseG1GC",
            "-XX:+UseCompactObjectHeaders",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    Wire wire() {
        return this == HOLDFAST ? new RoomsWire() : new PlainWire();
    }

    /** The command after {@code taskset}; of two settings of one key the later wins. */
    List<String> command(
            Settings settings, String heap, List<String> holdfastSettings, StoreDirectory store) {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.add("-Xmx" + heap);
        command.addAll(JVM_FLAGS);
        command.add("-cp");
        switch (this) {
            case BARE -> command.addAll(List.of(settings.classPath(), BareServer.class.getName()));
            case VERTX ->
                command.addAll(List.of(settings.classPath(), VertxServer.class.getName()));
            case HOLDFAST -> {
                command.addAll(List.of(settings.holdfastClassPath(), HOLDFAST_MAIN, "serve"));
                command.addAll(List.of("--host", "127.0.0.1"));
                Stream.of(
                                FREE_PORTS,
                                HOLDFAST_SETTINGS,
                                List.of("store.directory=" + store.path().toAbsolutePath()),
                                holdfastSettings,
                                settings.holdfastSettings())
                        .flatMap(List::stream)
                        .forEach(setting -> command.addAll(List.of("--set", setting)));
            }
        }
        return command;
    }

    static String jvmFlags() {
        return String.join(" ", JVM_FLAGS);
    }
}
