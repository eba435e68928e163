package io.holdfast.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.protocol.session.SessionRecord.Seen;
import io.holdfast.store.Image;
import io.holdfast.store.Outcome;
import io.holdfast.store.Sessions;
import io.holdfast.store.StoreException;
import io.holdfast.store.StreamBatch;
import io.holdfast.store.StreamImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A log under work, and beside it what its owner was told: what was committed must be found again,
 * what has failed must not, and of the rest nothing but what was handed over.
 */
final class LogWorld {
    /** Small, so that a few commits roll, copy forward and delete. */
    static final LogSettings SMALL = new LogSettings(true, 900, 4_000, 1_000_000, 1_000, 1 << 20);

    /** What is known of one stream; an attempt is one message that was handed over. */
    static final class Stream {
        final String epoch;
        final TreeMap<Long, String> committed = new TreeMap<>();
        final TreeMap<Long, String> open = new TreeMap<>();
        final Set<String> failed = new HashSet<>();

        Stream(String epoch) {
            this.epoch = epoch;
        }

        long head() {
            return committed.isEmpty() ? 0 : committed.lastKey();
        }
    }

    final LogSettings settings;
    final Map<String, Stream> streams = new TreeMap<>();
    final Map<String, Long> sessions = new TreeMap<>();
    final Map<String, List<Seen>> seen = new HashMap<>();
    final Map<String, List<Seen>> openSeen = new HashMap<>();
    final Map<String, List<Long>> openSessions = new TreeMap<>();
    final List<RuntimeException> threw = new ArrayList<>();
    int failures;
    private final RandomGenerator random;
    private int attempts;
    long nowNanos;
    long clockMillis;

    LogWorld(LogSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
    }

    private final Log.Watcher watcher = new Log.Watcher() {
        @Override
        public void settled(Work work) {}

        @Override
        public void outcomeThrew(RuntimeException why) {
            threw.add(why);
        }
    };

    /** One commit of a few pieces of work. */
    void commit(Log log) {
        List<Work> works = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            works.add(random.nextInt(4) == 0 ? put() : append());
        }
        commit(log, works);
    }

    void commit(Log log, List<Work> works) {
        nowNanos += Log.RETRY_NANOS;
        clockMillis += 10;
        log.commit(works, nowNanos, watcher);
        openSessions.clear();
        openSeen.clear();
        streams.values().forEach(stream -> stream.open.clear());
    }

    Work append() {
        return append("s" + random.nextInt(3), "c" + random.nextInt(2), 1 + random.nextInt(3));
    }

    Work append(String name, String clientId, int count) {
        Stream stream = streams.computeIfAbsent(name, key -> new Stream("e" + key));
        long first = 1 + (stream.open.isEmpty() ? stream.head() : stream.open.lastKey());
        String[] texts = new String[count];
        for (int i = 0; i < count; i++) {
            texts[i] = "a" + attempts++;
            stream.open.put(first + i, texts[i]);
            openSeen.computeIfAbsent(clientId, key -> new ArrayList<>())
                    .add(new Seen(texts[i], name, first + i));
        }
        StreamBatch batch =
                Sessions.sent(clientId, 1, name, stream.epoch, first, clockMillis, texts);
        boolean known = sessions.containsKey(clientId) || openSessions.containsKey(clientId);
        return new Work.Append(batch, new Outcome() {
            @Override
            public void committed() {
                for (int i = 0; i < count; i++) {
                    stream.committed.put(first + i, texts[i]);
                    if (known) {
                        seen.computeIfAbsent(clientId, key -> new ArrayList<>())
                                .add(new Seen(texts[i], name, first + i));
                    }
                }
            }

            @Override
            public void failed(StoreException why) {
                failures++;
                stream.failed.addAll(List.of(texts));
            }
        });
    }

    Work put() {
        String clientId = "c" + random.nextInt(2);
        long left = attempts++;
        openSessions.computeIfAbsent(clientId, key -> new ArrayList<>()).add(left);
        byte[] record = SessionBytes.write(Sessions.session(clientId, 1, left, List.of()));
        return new Work.PutSession(clientId, 1, record, new Outcome() {
            @Override
            public void committed() {
                sessions.put(clientId, left);
            }

            @Override
            public void failed(StoreException why) {
                failures++;
            }
        });
    }

    /** Stops with what is known. */
    void stop(Log log) throws IOException {
        List<SessionRecord> records = new ArrayList<>();
        sessions.forEach((clientId, left) -> {
            sessions.put(clientId, left);
            records.add(Sessions.session(clientId, 1, left, List.of()));
        });
        log.stop(new Image(clockMillis, records, List.of()));
    }

    Log.Opened open(Disk disk) {
        try {
            return Log.open(disk, settings, 42);
        } catch (IOException | NewerFormatException e) {
            throw new AssertionError(e);
        }
    }

    /** What was found is what was committed, and perhaps what was on its way. */
    void check(Log.Opened opened) {
        check(opened, Set.of());
    }

    /** @param mayBeGone streams whose loss was reported */
    void check(Log.Opened opened, Set<String> mayBeGone) {
        Map<String, StreamImage> found = new HashMap<>();
        opened.found().streams().forEach(image -> found.put(image.name(), image));
        streams.forEach((name, stream) -> {
            StreamImage image = found.get(name);
            if (image != null) {
                check(stream, image);
            } else if (!mayBeGone.contains(name)) {
                assertThat(stream.committed).as("%s is gone", name).isEmpty();
            }
        });
        checkSessions(opened);
        assertThat(threw).isEmpty();
    }

    private static void check(Stream stream, StreamImage image) {
        assertThat(image.epoch()).isEqualTo(stream.epoch);
        assertThat(image.head())
                .as("head of %s", image.name())
                .isBetween(
                        stream.head(),
                        stream.open.isEmpty() ? stream.head() : stream.open.lastKey());
        long next = image.head() + 1;
        for (StreamBatch batch : image.history().reversed()) {
            for (int i = batch.count() - 1; i >= 0; i--) {
                long seq = batch.firstSeq() + i;
                assertThat(seq).isEqualTo(--next);
                assertThat(Sessions.text(batch, i))
                        .isEqualTo(stream.committed.getOrDefault(seq, stream.open.get(seq)))
                        .isNotIn(stream.failed);
            }
        }
    }

    private void checkSessions(Log.Opened opened) {
        Map<String, SessionRecord> found = new HashMap<>();
        opened.found().sessions().forEach(record -> found.put(record.clientId(), record));
        sessions.forEach((clientId, left) -> {
            SessionRecord record = found.get(clientId);
            assertThat(record).as("session %s", clientId).isNotNull();
            if (record != null) {
                List<Long> possible =
                        new ArrayList<>(openSessions.getOrDefault(clientId, List.of()));
                possible.add(left);
                assertThat(record.leftMillis()).isIn(possible);
                List<Seen> must = seen.getOrDefault(clientId, List.of());
                List<Seen> may = new ArrayList<>(must);
                may.addAll(openSeen.getOrDefault(clientId, List.of()));
                assertThat(within(must, record.seen()))
                        .as("seen of %s", clientId)
                        .isTrue();
                assertThat(within(record.seen(), may))
                        .as("seen of %s", clientId)
                        .isTrue();
            }
        });
    }

    /** Whether all of the one are in the other, in the same order. */
    private static boolean within(List<Seen> some, List<Seen> all) {
        Iterator<Seen> left = some.iterator();
        Seen wanted = left.hasNext() ? left.next() : null;
        for (Seen one : all) {
            if (one.equals(wanted)) {
                wanted = left.hasNext() ? left.next() : null;
            }
        }
        return wanted == null;
    }

    /** Takes over what was found, as the next process does. */
    void adopt(Log.Opened opened) {
        Map<String, StreamImage> found = new HashMap<>();
        opened.found().streams().forEach(image -> found.put(image.name(), image));
        streams.forEach((name, stream) -> {
            StreamImage image = found.get(name);
            stream.open.forEach((seq, text) -> {
                if (image != null && seq <= image.head()) {
                    stream.committed.put(seq, text);
                }
            });
            stream.open.clear();
        });
        sessions.clear();
        seen.clear();
        for (SessionRecord record : opened.found().sessions()) {
            sessions.put(record.clientId(), record.leftMillis());
            seen.put(record.clientId(), new ArrayList<>(record.seen()));
        }
        openSessions.clear();
        openSeen.clear();
    }
}
