package io.holdfast.server.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random joins, leaves, stalls and messages over small bounds. Whoever resumes gets each message or
 * hears of the gap; whoever does not gets each but its own until it is given up.
 */
class FanOutModelTest {
    private static final int MAX_MESSAGES = 24;
    private static final long MAX_BYTES = 1_000;
    private static final Pattern MESSAGE =
            Pattern.compile("\\{(?:.*\"seq\":(\\d+),)?\"m\":(\\d+)\\}");
    private static final Pattern GAP = Pattern.compile("gap room (\\d+)-(\\d+)");

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final TestStream stream = new TestStream(allocator);
    private final FanOut fanOut = new FanOut(TestStream.NAME, "e", 0, false);
    private final List<Client> present = new ArrayList<>();
    private final List<Client> gone = new ArrayList<>();
    /** Who published message n, by n - 1; null when nobody did who is here. */
    private final List<@Nullable Client> senders = new ArrayList<>();

    private int gaps;
    private int givenUp;
    private int late;

    /** Takes so many pieces and then no more, until it is given new room. */
    private final class Client extends TestSubscriber {
        final long from;
        final boolean neverStalls;
        int room;

        @Nullable
        Subscription place;

        Client(String id, boolean sequenced, long from, boolean neverStalls) {
            super(id, 0, sequenced, WebSocketText.ENCODING);
            this.from = from;
            this.neverStalls = neverStalls;
        }

        @Override
        public boolean ready(io.holdfast.protocol.outbox.Priority priority) {
            return (neverStalls || room > 0) && !fellBehind;
        }

        @Override
        public void deliver(ByteBuf framed, int messages) {
            room--;
            super.deliver(framed, messages);
        }

        @Override
        public void fellBehind() {
            assertThat(neverStalls).as(clientId() + " never stalled").isFalse();
            if (!fellBehind) {
                super.fellBehind();
                givenUp++;
                if (givenUp % 2 == 0) {
                    // As a connection that closes at once; others take their time.
                    remove(this);
                }
            }
        }

        /** What it must have been told when nothing is under way any more. */
        void check(long head, boolean whole) {
            long last = from - 1;
            for (String what : received) {
                Matcher gap = GAP.matcher(what);
                Matcher message = MESSAGE.matcher(what);
                if (what.equals("fell behind")) {
                    assertThat(sequenced()).as(clientId()).isFalse();
                    return;
                } else if (gap.matches()) {
                    assertThat(sequenced()).as(clientId()).isTrue();
                    assertThat(Long.parseLong(gap.group(1))).as(clientId()).isEqualTo(last + 1);
                    last = Long.parseLong(gap.group(2));
                    gaps++;
                } else if (message.matches()) {
                    long seq = Long.parseLong(message.group(2));
                    if (sequenced()) {
                        assertThat(message.group(1)).as(clientId()).isEqualTo(message.group(2));
                    } else {
                        assertThat(message.group(1)).as(clientId()).isNull();
                        last = skipOwn(last, seq);
                    }
                    assertThat(seq).as("%s behind %d", clientId(), last).isEqualTo(last + 1);
                    last = seq;
                } else {
                    throw new AssertionError(what);
                }
            }
            if (whole) {
                assertThat(sequenced() ? last : skipOwn(last, head + 1))
                        .as("%s has all", clientId())
                        .isEqualTo(head);
            }
        }

        private long skipOwn(long last, long before) {
            long at = last;
            while (at + 1 < before && senders.get((int) at) == this) {
                at++;
            }
            return at;
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everybodyGetsItsMessagesOrHearsOfTheGap(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < 2_500; step++) {
            switch (random.nextInt(12)) {
                case 0 -> join(random, random.nextInt(10) == 0 ? 700 : 2);
                case 1 -> leave(random);
                case 2, 3, 4 -> publish(random);
                case 5, 6, 7 -> {
                    if (!present.isEmpty()) {
                        feed(present.get(random.nextInt(present.size())), random.nextInt(4));
                    }
                }
                case 8 -> List.copyOf(present).forEach(client -> feed(client, random.nextInt(2)));
                default -> {
                    fanOut.delivering = fanOut.deliverSlice(MAX_MESSAGES, MAX_BYTES);
                    if (!fanOut.delivering) {
                        assertThat(fanOut.kept())
                                .as("seed %d step %d", seed, step)
                                .isLessThanOrEqualTo(MAX_MESSAGES);
                    }
                }
            }
            assertThat(fanOut.size()).as("seed %d step %d", seed, step).isEqualTo(present.size());
            if (present.size() > 2_500) {
                List.copyOf(present.subList(0, 2_000)).forEach(this::remove);
            }
        }
        fanOut.delivering = false;
        while (fanOut.deliverSlice(MAX_MESSAGES, MAX_BYTES)) {
            // Until all are offered.
        }
        List.copyOf(present).forEach(client -> feed(client, Integer.MAX_VALUE));
        present.stream().filter(client -> client.fellBehind).toList().forEach(this::remove);
        assertThat(fanOut.kept()).as("seed %d: nobody lags", seed).isZero();
        present.forEach(client -> client.check(stream.head, true));
        gone.forEach(client -> client.check(stream.head, false));
        assertThat(List.of(gaps, givenUp, late)).as("seed %d reached it", seed).doesNotContain(0);
        List.copyOf(present).forEach(this::remove);
        stream.releaseHistory();
        assertThat(allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory())
                .as("bytes not given back, seed %d", seed)
                .isZero();
    }

    private void join(Random random, int many) {
        for (int i = 0; i < many; i++) {
            boolean sequenced = random.nextBoolean();
            long kept = stream.history.isEmpty()
                    ? stream.head + 1
                    : stream.history.getFirst().firstSeq();
            long from = sequenced && random.nextInt(3) == 0
                    ? kept + random.nextLong(stream.head + 2 - kept)
                    : stream.head + 1;
            boolean held = random.nextInt(8) == 0;
            String id = "c" + (present.size() + gone.size());
            Client client = new Client(id, sequenced, from, !held && random.nextInt(4) > 0);
            Subscription place = Subscription.initial(client, TestStream.NAME);
            client.place = place;
            if (from <= stream.head) {
                Replay replay = new Replay(stream.history);
                place.replay = replay;
                place.replayChunk = replay.indexOf(from);
            }
            if (held) {
                place.hold();
            }
            fanOut.add(place, from - 1);
            present.add(client);
            fanOut.feed(place);
        }
    }

    private void leave(Random random) {
        int rarity = 1 + random.nextInt(20);
        List.copyOf(present).stream()
                .filter(client -> random.nextInt(rarity) == 0)
                .limit(present.size() / 2)
                .forEach(this::remove);
    }

    private void remove(Client client) {
        fanOut.remove(java.util.Objects.requireNonNull(client.place));
        present.remove(client);
        gone.add(client);
    }

    private void publish(Random random) {
        @Nullable Client[] from = new @Nullable Client[1 + random.nextInt(4)];
        for (int i = 0; i < from.length; i++) {
            if (!present.isEmpty() && random.nextInt(3) > 0) {
                // Mostly the same few, so that one publishes twice in a slab.
                from[i] = present.get(random.nextInt(Math.min(present.size(), 3)));
            }
            senders.add(from[i]);
        }
        fanOut.offer(stream.next(from));
        while (stream.history.size() > 5) {
            stream.history.removeFirst().frames().release();
        }
    }

    private void feed(Client client, int room) {
        client.room = room;
        Subscription place = client.place;
        if (place != null) {
            late += place.lags() ? 1 : 0;
            place.release();
            fanOut.feed(place);
        }
    }
}
