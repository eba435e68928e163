package io.holdfast.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The history against a list of single messages, to which the limits are applied one by one. */
class HistoryModelTest {
    private static final int STEPS = 20_000;

    private record Chunk(int number, long firstSeq, int count, long bytes, long timeNanos) {}

    private record Message(long seq, Chunk chunk) {}

    private final Random random = new Random();
    private final List<Message> model = new ArrayList<>();
    private final List<Chunk> droppedByModel = new ArrayList<>();
    private final List<Chunk> dropped = new ArrayList<>();
    private final History<Chunk> history = new History<>(dropped::add);
    private HistoryLimits limits = new HistoryLimits(100, 1_000, 100);
    private long now;
    private long head;
    private int made;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithAListOfMessagesUnderRandomOperations(long seed) {
        random.setSeed(seed);
        now = random.nextLong();
        for (int step = 0; step < STEPS; step++) {
            String where = "seed %d step %d".formatted(seed, step);
            perform();
            compare(where);
            everyMessageIsHadOrRecoveredOrInTheGap(where);
        }
        assertThat(droppedByModel).hasSizeGreaterThan(STEPS / 10);
    }

    private void perform() {
        now += random.nextInt(20) == 0 ? random.nextInt(200) : random.nextInt(7) - 1;
        switch (random.nextInt(40)) {
            case 0 -> limits = randomLimits();
            case 1 -> {
                assertThat(history.dropOldest()).isEqualTo(!model.isEmpty());
                dropFirstOfModel();
            }
            case 2 -> {
                history.clear();
                clearModel();
                head = random.nextBoolean() ? head : random.nextInt(50);
            }
            case 3, 4, 5 -> {
                history.expire(now, limits);
                applyLimitsToModel();
            }
            default -> append();
        }
    }

    private HistoryLimits randomLimits() {
        return new HistoryLimits(
                random.nextInt(10) == 0 ? random.nextInt(3) : random.nextInt(150),
                random.nextInt(10) == 0 ? random.nextInt(3) : random.nextInt(2_000),
                random.nextInt(10) == 0 ? random.nextInt(3) : random.nextInt(500));
    }

    private void append() {
        int count = 1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 4);
        Chunk chunk = new Chunk(made++, head + 1, count, random.nextInt(60), now);
        head += count;
        for (int i = 0; i < count; i++) {
            model.add(new Message(chunk.firstSeq + i, chunk));
        }
        history.append(chunk, chunk.firstSeq, count, chunk.bytes, now, limits);
        applyLimitsToModel();
        if (limits.ageNanos() == 0) {
            clearModel(); // also what seems to be newer than now
        }
    }

    private void applyLimitsToModel() {
        while (model.size() > limits.messages()) {
            Chunk chunk = model.removeFirst().chunk;
            if (model.isEmpty() || model.getFirst().chunk.number != chunk.number) {
                droppedByModel.add(chunk);
            }
        }
        while (bytesOfModel() > limits.bytes()) {
            dropFirstOfModel();
        }
        while (!model.isEmpty() && now - model.getFirst().chunk.timeNanos >= limits.ageNanos()) {
            dropFirstOfModel();
        }
    }

    private void clearModel() {
        while (!model.isEmpty()) {
            dropFirstOfModel();
        }
    }

    private void dropFirstOfModel() {
        if (!model.isEmpty()) {
            Chunk chunk = model.getFirst().chunk;
            model.removeIf(message -> message.chunk.number == chunk.number);
            droppedByModel.add(chunk);
        }
    }

    private List<Chunk> chunksOfModel() {
        return model.stream().map(Message::chunk).distinct().toList();
    }

    private long bytesOfModel() {
        return chunksOfModel().stream().mapToLong(Chunk::bytes).sum();
    }

    private void compare(String where) {
        List<Chunk> chunks = chunksOfModel();
        assertThat(history.chunks()).as(where).isEqualTo(chunks.size());
        for (int i = 0; i < chunks.size(); i++) {
            Chunk chunk = chunks.get(i);
            assertThat(history.chunk(i)).as(where).isSameAs(chunk);
            assertThat(history.firstSeq(i)).as(where).isEqualTo(chunk.firstSeq);
            assertThat(history.lastSeq(i)).as(where).isEqualTo(chunk.firstSeq + chunk.count - 1);
        }
        assertThat(history.messages()).as(where).isEqualTo(model.size());
        assertThat(history.bytes()).as(where).isEqualTo(bytesOfModel());
        assertThat(history.firstKept(head))
                .as(where)
                .isEqualTo(model.isEmpty() ? head + 1 : model.getFirst().seq);
        assertThat(history.nextExpiryNanos(limits))
                .as(where)
                .isEqualTo(
                        model.isEmpty()
                                ? History.NEVER
                                : chunks.getFirst().timeNanos + limits.ageNanos());
        long seq = head - random.nextInt(220) + 10;
        Chunk holder = model.stream()
                .filter(message -> message.seq == seq)
                .map(Message::chunk)
                .findAny()
                .orElse(null);
        int index = history.indexOf(seq);
        assertThat(index == -1 ? null : history.chunk(index)).as(where).isSameAs(holder);
        assertThat(dropped).as(where).hasSameSizeAs(droppedByModel);
        if (!dropped.isEmpty()) {
            assertThat(dropped.getLast()).as(where).isSameAs(droppedByModel.getLast());
        }
    }

    private void everyMessageIsHadOrRecoveredOrInTheGap(String where) {
        long had = random.nextLong(head + 1);
        Position named = new Position("e", had);
        Recovery recovery = Recovery.of("e", head, history.firstKept(head), named, 0);
        long next = had + 1;
        if (recovery.gap() != null) {
            assertThat(recovery.gap().from()).as(where).isEqualTo(next);
            next = recovery.gap().to() + 1;
        }
        assertThat(recovery.from()).as(where).isEqualTo(next);
        assertThat(recovery.from() + recovery.recovered()).as(where).isEqualTo(head + 1);
        for (long seq = next; seq <= head; seq++) {
            assertThat(history.indexOf(seq)).as(where).isNotEqualTo(-1);
        }
    }
}
