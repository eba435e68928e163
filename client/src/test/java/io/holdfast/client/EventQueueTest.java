package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.client.Event.Gap.Origin;
import io.holdfast.client.SavedSession.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What waits for an application, and how far it counts as having come. */
class EventQueueTest {
    private static final Event.Gap GAP = new Event.Gap("lobby", "missed", 7, 9, Origin.IN_BAND);

    private static EventQueue queue(int capacity, WhenFull whenFull) {
        return queue(new QueueLimits(capacity, QueueLimits.BYTES, 1), whenFull);
    }

    private static EventQueue queue(QueueLimits limits, WhenFull whenFull) {
        return new EventQueue(limits, whenFull, null, Runnable::run, () -> {});
    }

    private static EventQueue listening(Executor executor, EventListener listener) {
        QueueLimits limits = new QueueLimits(10, QueueLimits.BYTES, 1);
        return new EventQueue(limits, WhenFull.PAUSE, listener, executor, () -> {});
    }

    private static Event message(long seq) {
        return new Event.Message("lobby", seq, null, null, "lobby", "\"secret\"", null);
    }

    private static List<Event> taken(EventQueue queue) throws InterruptedException {
        List<Event> all = new ArrayList<>();
        Event event;
        while ((event = queue.receive(Duration.ZERO)) != null) {
            all.add(event);
        }
        return all;
    }

    private static @Nullable Place saved(EventQueue queue) {
        return queue.saved().orElseThrow().positions().get("lobby");
    }

    @Test
    void afterCloseNothingMovesThePlaceBeyondMessagesThatWereForgotten() throws Exception {
        EventQueue queue = queue(10, WhenFull.PAUSE);
        queue.token("t");
        queue.mark(progress -> progress.begins("a", Map.of("lobby", new Place("e", 4))));
        queue.put(message(5));
        queue.put(message(6));
        queue.put(GAP);
        queue.forgetMessages();
        assertThat(taken(queue)).isEmpty();
        queue.put(message(10));
        queue.put(GAP);
        queue.mark(progress -> progress.begins("a", Map.of("lobby", new Place("e", 9))));
        queue.mark(progress -> progress.begins("lobby", new Place("e", 9)));
        assertThat(taken(queue)).isEmpty();
        assertThat(saved(queue)).isEqualTo(new Place("e", 4));
    }

    @Test
    void aListenerThatFailsInAnyWayGetsTheNextEvent() {
        List<Event> had = new CopyOnWriteArrayList<>();
        EventQueue queue = listening(task -> Thread.ofVirtual().start(task), event -> {
            had.add(event);
            if (had.size() == 1) {
                throw new StackOverflowError("on purpose");
            }
        });
        queue.put(message(5));
        await().until(() -> had.size() == 1);
        queue.put(message(6));
        await().until(() -> had.size() == 2);
    }

    @Test
    void anExecutorThatFailsIsAskedAgainForTheNextEvent() {
        List<Event> had = new CopyOnWriteArrayList<>();
        AtomicInteger asked = new AtomicInteger();
        Executor failsOnce = task -> {
            if (asked.getAndIncrement() == 0) {
                throw new LinkageError("on purpose");
            }
            Thread.ofVirtual().start(task);
        };
        EventQueue queue = listening(failsOnce, had::add);
        queue.put(message(5));
        queue.put(message(6));
        await().until(() -> had.equals(List.of(message(5), message(6))));
    }

    @Test
    void theLogOfAFailedListenerHasNeitherTokensNorMessages() {
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler reader = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger(HoldfastClient.class.getName());
        log.addHandler(reader);
        try {
            EventQueue queue = listening(task -> Thread.ofVirtual().start(task), event -> {
                throw new IllegalStateException("on purpose");
            });
            queue.put(new Event.SessionToken("secret", Duration.ofHours(1)));
            queue.put(message(5));
            await().until(() -> lines.size() == 2);
        } finally {
            log.removeHandler(reader);
        }
        assertThat(lines)
                .containsExactly(
                        "the application's listener failed on SessionToken",
                        "the application's listener failed on Message 5 of lobby");
    }

    @Test
    void aSessionTokenIsNotShownInLogs() {
        assertThat(new Event.SessionToken("secret", Duration.ofHours(1)).toString())
                .isEqualTo("SessionToken[token=…, expiresIn=PT1H]");
    }

    @Test
    void noticesDoNotPileUpWhereReadingPauses() throws Exception {
        EventQueue queue = queue(10, WhenFull.PAUSE);
        queue.receive(Duration.ZERO);
        queue.put(message(5));
        for (int i = 0; i < 1_000; i++) {
            queue.put(new Event.Notice("client_connected", "{}"));
        }
        assertThat(queue.size()).isEqualTo(20);
        assertThat(taken(queue)).startsWith(new Event.Overflow(981), message(5));
    }

    @Test
    void messagesOfOneReadAreKeptAndNotMore() throws Exception {
        EventQueue queue = queue(10, WhenFull.PAUSE);
        queue.receive(Duration.ZERO);
        for (int seq = 1; seq <= 100_000; seq++) {
            queue.put(message(seq));
            assertThat(seq > 32_768 || queue.dropped() == 0).isTrue();
        }
        assertThat(queue.size()).isEqualTo(20 + 32_768);
    }

    @Test
    void aClientThatOnlySendsKeepsNoMarkForEachRoomThatItWasIn() {
        EventQueue queue = queue(10, WhenFull.PAUSE);
        queue.put(new Event.Connecting(1));
        for (int i = 0; i < 1_000; i++) {
            queue.mark(progress -> progress.joined("room"));
            queue.mark(progress -> progress.left("room"));
        }
        assertThat(queue.entries()).isLessThanOrEqualTo(50);
    }

    private static Event message(long seq, int bytes) {
        return new Event.Message("lobby", seq, null, null, "lobby", "x".repeat(bytes), null);
    }

    @Test
    void aFewLargeMessagesFillTheQueueAsManySmallOnesDo() throws Exception {
        AtomicInteger room = new AtomicInteger();
        EventQueue queue = new EventQueue(
                new QueueLimits(1_000, 100, 50),
                WhenFull.PAUSE,
                null,
                Runnable::run,
                room::incrementAndGet);
        queue.receive(Duration.ZERO);
        queue.put(message(1, 50));
        assertThat(queue.askForPause()).isFalse();
        queue.put(message(2, 50));
        assertThat(queue.askForPause()).isTrue();
        assertThat(queue.bytes()).isEqualTo(100);
        queue.put(message(3, 50)); // Of what was decoded already: not dropped.
        queue.receive(Duration.ZERO);
        assertThat(room).hasValue(0);
        queue.receive(Duration.ZERO);
        assertThat(room).as("half of the bytes are free again").hasValue(1);
        assertThat(taken(queue)).containsExactly(message(3, 50));
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void theOldestGoWhereBytesAreDropped() throws Exception {
        EventQueue queue = queue(new QueueLimits(1_000, 100, 50), WhenFull.DROP_OLDEST);
        queue.put(new Event.Connecting(1));
        queue.put(message(1, 50));
        queue.put(message(2, 50));
        queue.put(new Event.Notice("", "\u0457".repeat(50)));
        assertThat(queue.bytes()).isEqualTo(100);
        queue.put(message(4, 1_000));
        assertThat(taken(queue))
                .containsExactly(new Event.Overflow(3), new Event.Connecting(1), message(4, 1_000));
    }

    @Test
    void bytesAreBoundedWhereAServerGoesOnThoughReadingHasPaused() throws Exception {
        EventQueue queue = queue(new QueueLimits(1_000, 1 << 20, 1 << 20), WhenFull.PAUSE);
        queue.receive(Duration.ZERO);
        for (int seq = 1; seq <= 100; seq++) {
            queue.put(message(seq, 1 << 20));
            assertThat(queue.dropped() == 0 || seq > 8).isTrue();
        }
        assertThat(queue.bytes()).isEqualTo(8 << 20);
    }

    @Test
    void whatIsForgottenHasNoBytes() {
        EventQueue queue = queue(10, WhenFull.PAUSE);
        queue.put(message(1, 50));
        queue.put(new Event.Command("r", "zoom", "{}"));
        queue.forgetMessages();
        assertThat(queue.bytes()).isEqualTo(2);
    }
}
