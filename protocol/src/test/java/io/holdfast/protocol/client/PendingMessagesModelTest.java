package io.holdfast.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random sends, acks, losses and returns, against a plain list of all messages with what has become
 * of each, from which everything is looked up anew.
 */
class PendingMessagesModelTest {
    private static final PendingSettings SETTINGS =
            new PendingSettings(5, 7, 100, Duration.ofNanos(300), WhileDisconnected.WAIT);
    private static final int STEPS = 30_000;

    private static final class Message {
        final int number;
        final boolean acked;
        final int bytes;
        final long expires;
        boolean sent;

        Message(int number, boolean acked, int bytes, long expires) {
            this.number = number;
            this.acked = acked;
            this.bytes = bytes;
            this.expires = expires;
        }
    }

    private final List<Message> model = new ArrayList<>();
    private final List<String> expected = new ArrayList<>();
    private final List<String> actual = new ArrayList<>();
    private final Map<String, Integer> outcomes = new LinkedHashMap<>();
    private final PendingOutputs<Integer> out = new PendingOutputs<>() {
        @Override
        public void send(Integer payload, boolean again) {
            actual.add((again ? "again " : "send ") + payload);
        }

        @Override
        public void settled(Integer payload, SendOutcome outcome) {
            actual.add(payload + " " + outcome.label());
            outcomes.merge(outcome.label(), 1, Integer::sum);
        }
    };
    private boolean open;
    private long now;
    private int numbers;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void agreesWithAPlainAccountOfEveryMessage(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (WhileDisconnected choice : WhileDisconnected.values()) {
            PendingMessages<Integer> pending = new PendingMessages<>(new PendingSettings(
                    SETTINGS.maxUnacked(),
                    SETTINGS.maxWaiting(),
                    SETTINGS.maxBytes(),
                    SETTINGS.keep(),
                    choice));
            open = false;
            for (int step = 0; step < STEPS; step++) {
                step(pending, choice, random);
                String where = "seed %d, %s, step %d".formatted(seed, choice, step);
                assertThat(actual).as(where).isEqualTo(expected);
                assertThat(pending.unacked()).as(where).isEqualTo(count(true));
                assertThat(pending.waiting()).as(where).isEqualTo(count(false));
                assertThat(pending.bytes()).as(where).isEqualTo(bytes());
                assertThat(pending.isEmpty()).as(where).isEqualTo(model.isEmpty());
                long first = model.stream().mapToLong(m -> m.expires).min().orElse(Long.MAX_VALUE);
                assertThat(pending.nextDeadlineNanos()).as(where).isEqualTo(first);
                actual.clear();
                expected.clear();
            }
            pending.closed(out);
            close();
            assertThat(actual).isEqualTo(expected);
            assertThat(pending.isEmpty()).isTrue();
            actual.clear();
            expected.clear();
        }
        assertThat(new TreeSet<>(outcomes.keySet()))
                .containsExactly(
                        "acked",
                        "not_connected",
                        "not_sent",
                        "outcome_unknown",
                        "queue_full",
                        "refused",
                        "written");
    }

    private void step(
            PendingMessages<Integer> pending, WhileDisconnected choice, RandomGenerator random) {
        int what = random.nextInt(20);
        if (what < 9) {
            submit(pending, choice, random);
        } else if (what < 14) {
            answer(pending, random);
        } else if (what == 14) {
            boolean restored = random.nextInt(3) > 0;
            pending.connected(restored, out);
            connected(restored);
        } else if (what == 15) {
            open = false;
            if (random.nextBoolean()) {
                pending.disconnected();
            } else {
                pending.held();
            }
        } else {
            now += random.nextInt(60);
            pending.timer(now, out);
            expire();
        }
    }

    private void submit(
            PendingMessages<Integer> pending, WhileDisconnected choice, RandomGenerator random) {
        Message message = new Message(
                ++numbers,
                random.nextInt(4) > 0,
                random.nextInt(25),
                now + SETTINGS.keep().toNanos());
        pending.submit(message.acked ? id(message) : null, message.number, message.bytes, now, out);
        if (!open && choice == WhileDisconnected.FAIL) {
            expected.add(message.number + " not_connected");
        } else if (bytes() + message.bytes > SETTINGS.maxBytes()
                || (count(false) == SETTINGS.maxWaiting())) {
            expected.add(message.number + " queue_full");
        } else {
            model.add(message);
            flush();
        }
    }

    private void answer(PendingMessages<Integer> pending, RandomGenerator random) {
        // Any number near the newest: also of what is settled, waits, or was never sent.
        int number = numbers - random.nextInt(12);
        boolean ack = random.nextInt(4) > 0;
        boolean mattered = ack
                ? pending.acked("m" + number, "ok", "lobby", number, out)
                : pending.refused("m" + number, "rate_limited", null, out);
        Message found = model.stream()
                .filter(message -> message.number == number && message.sent)
                .findAny()
                .orElse(null);
        assertThat(mattered).isEqualTo(found != null);
        if (found != null) {
            settle(found, ack ? "acked" : "refused");
            flush();
        }
    }

    private void connected(boolean restored) {
        for (Message message : List.copyOf(model)) {
            if (message.sent && restored) {
                expected.add("again " + message.number);
            } else if (message.sent) {
                settle(message, "outcome_unknown");
            }
        }
        open = true;
        flush();
    }

    private void expire() {
        for (boolean sent : new boolean[] {true, false}) {
            for (Message message : List.copyOf(model)) {
                if (message.sent == sent && now >= message.expires) {
                    settle(message, sent ? "outcome_unknown" : "not_sent");
                }
            }
        }
        flush();
    }

    private void close() {
        for (boolean sent : new boolean[] {true, false}) {
            for (Message message : List.copyOf(model)) {
                if (message.sent == sent) {
                    settle(message, sent ? "outcome_unknown" : "not_sent");
                }
            }
        }
    }

    private void flush() {
        for (Message message : List.copyOf(model)) {
            if (message.sent || !open) {
                continue;
            }
            if (message.acked && count(true) == SETTINGS.maxUnacked()) {
                return; // the order is kept: nothing overtakes it
            }
            message.sent = true;
            expected.add("send " + message.number);
            if (!message.acked) {
                settle(message, "written");
            }
        }
    }

    private void settle(Message message, String outcome) {
        expected.add(message.number + " " + outcome);
        model.remove(message);
    }

    private static String id(Message message) {
        return "m" + message.number;
    }

    private int count(boolean sent) {
        return (int) model.stream().filter(message -> message.sent == sent).count();
    }

    private long bytes() {
        return model.stream().mapToLong(message -> message.bytes).sum();
    }
}
