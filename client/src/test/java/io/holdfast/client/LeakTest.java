package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that was closed has left nothing: no thread, timer, file descriptor or memory. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LeakTest {
    private static final int ROUNDS = 1_000;
    private static final int WARM_UP = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** 2 KiB for each round; a client that stays holds more, its queue and machines alone. */
    private static final long HEAP_BYTES = ROUNDS * 2_048L;

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    @Test
    void aThousandConnectionsLeaveNothingBehind() throws Exception {
        try (var server = new LyingServer(peer -> peer.welcome().behave())) {
            // Stays open, so that the loop that all clients share lives on and can be looked into.
            HoldfastClient anchor = open(server);
            long timers = timers();
            rounds(server, WARM_UP);
            long descriptors = descriptors();
            long heap = heapAfterGc();

            rounds(server, ROUNDS);

            assertThat(server.connections()).isEqualTo(1 + WARM_UP + ROUNDS);
            // Not awaited: one that was forgotten fires, and is gone, within seconds.
            assertThat(timers()).as("timers of the loop").isLessThanOrEqualTo(timers);
            await("file descriptors").atMost(PATIENCE).until(() -> descriptors() <= descriptors);
            await("bytes of heap").atMost(PATIENCE).until(() -> heapAfterGc() - heap <= HEAP_BYTES);
            anchor.close();
            await("threads").atMost(PATIENCE).until(() -> threads().isEmpty());
        }
    }

    private static HoldfastClient open(LyingServer server) throws Exception {
        HoldfastClient client = HoldfastClient.feed()
                .url(server.url())
                .alert(new AlertCondition.NotConnected(Duration.ofMinutes(1)))
                .open();
        client.connected().get(20, TimeUnit.SECONDS);
        return client;
    }

    private static void rounds(LyingServer server, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            try (HoldfastClient client = open(server)) {
                client.post("lobby", "1").get(20, TimeUnit.SECONDS);
            }
        }
    }

    /** Platform threads of the library. */
    private static Collection<String> threads() {
        TreeSet<String> names = new TreeSet<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("holdfast")) {
                names.add(thread.getName());
            }
        }
        return names;
    }

    /** What the shared loop has scheduled; asked on the loop, which owns it. */
    private static long timers() throws Exception {
        List<Integer> found = new CopyOnWriteArrayList<>();
        var loop = SharedLoop.take();
        try {
            var executor = loop.context().eventLoop();
            Field queue =
                    AbstractScheduledEventExecutor.class.getDeclaredField("scheduledTaskQueue");
            queue.setAccessible(true);
            executor.submit(() -> {
                        Collection<?> scheduled = (Collection<?>) queue.get(executor);
                        found.add(scheduled == null ? 0 : scheduled.size());
                        return null;
                    })
                    .get(20, TimeUnit.SECONDS);
        } finally {
            SharedLoop.giveBack();
        }
        return found.getFirst();
    }

    private static long descriptors() throws Exception {
        if (!Files.isDirectory(DESCRIPTORS)) {
            System.err.println("File descriptors are not counted: there is no " + DESCRIPTORS);
            return 0;
        }
        try (Stream<Path> open = Files.list(DESCRIPTORS)) {
            return open.count();
        }
    }

    private static long heapAfterGc() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
