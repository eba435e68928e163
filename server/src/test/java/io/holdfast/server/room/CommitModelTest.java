package io.holdfast.server.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.server.room.RoomsFixture.Client;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A publisher that sends, loses its connection and sends again what was not acked; a store that
 * commits late or fails; a reader that stalls and comes back. What is acked is there exactly once
 * under that number, what is not acked at most once, and no number is ever missing.
 */
class CommitModelTest {
    private static final String ROOM = "x";

    private final ScriptedStore store = new ScriptedStore(true);

    /** By id, what the publisher waits to be acked, in order. */
    private final Set<String> unacked = new LinkedHashSet<>();

    private final Set<String> refused = new LinkedHashSet<>();
    private final Map<String, Long> acked = new HashMap<>();
    private int repeats;
    private int read;
    private int sent;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whatIsAckedIsThereOnceUnderItsNumber(long seed) {
        Random random = new Random(seed);
        try (RoomsFixture fixture = new RoomsFixture(2, store)) {
            Client witness = fixture.resuming("witness", 0);
            witness.join(ROOM);
            Client reader = fixture.resuming("reader", 1);
            reader.join(ROOM);
            List<String> readBefore = new ArrayList<>();
            Client publisher = fixture.resuming("p", random.nextInt(2));
            store.hold();
            for (int step = 0; step < 150; step++) {
                switch (random.nextInt(10)) {
                    case 0, 1, 2, 3 -> publish(publisher, 1 + random.nextInt(3));
                    case 4, 5 -> {
                        if (store.held() > 0) {
                            store.commitOne();
                        }
                    }
                    case 6 -> {
                        store.fail();
                        store.hold();
                    }
                    case 7 -> {
                        // Its last answers are lost with the connection.
                        Client again = fixture.back(publisher, random.nextInt(2));
                        unacked.addAll(refused);
                        refused.clear();
                        for (String id : unacked) {
                            again.on(() -> again.send(ROOM, id, id));
                        }
                        publisher = again;
                        read = 0;
                    }
                    case 8 -> {
                        readBefore.addAll(reader.heard());
                        Client again = fixture.back(reader, random.nextInt(2));
                        again.resume(ROOM, reader.at(ROOM, readBefore.size()));
                        reader = again;
                    }
                    default -> fixture.settle();
                }
                hear(publisher);
            }
            store.commit();
            fixture.settle();
            hear(publisher);
            check(seed, witness.heard());
            readBefore.addAll(reader.heard());
            assertThat(readBefore).as("seed %d", seed).isEqualTo(witness.heard());
        }
    }

    private void publish(Client publisher, int many) {
        publisher.on(() -> {
            for (int i = 0; i < many; i++) {
                String id = "m" + sent++;
                unacked.add(id);
                publisher.send(ROOM, id, id);
            }
        });
    }

    private void hear(Client publisher) {
        List<String> answers = publisher.answered();
        for (String answer : answers.subList(read, answers.size())) {
            String[] words = answer.split(" ", -1);
            assertThat(unacked.remove(words[1])).as(answer).isTrue();
            if (words[0].equals("STORE_UNAVAILABLE")) {
                refused.add(words[1]);
            } else {
                repeats += words[0].equals("REPEATED") ? 1 : 0;
                acked.put(words[1], Long.parseLong(words[3]));
            }
        }
        read = answers.size();
    }

    private void check(long seed, List<String> stream) {
        Map<String, Long> found = new HashMap<>();
        for (int i = 0; i < stream.size(); i++) {
            String[] words = stream.get(i).split(" ", -1);
            assertThat(words[1]).as("seed %d, no number is missing", seed).isEqualTo("" + (i + 1));
            assertThat(found.put(words[2], i + 1L)).as("seed %d, once", seed).isNull();
        }
        assertThat(found).as("seed %d, acked", seed).containsAllEntriesOf(acked);
        assertThat(found)
                .as("seed %d, refused", seed)
                .doesNotContainKeys(refused.toArray(String[]::new));
        assertThat(unacked).as("seed %d, all are answered", seed).isEmpty();
        assertThat(acked).hasSizeGreaterThan(20);
        assertThat(repeats).as("seed %d reached it", seed).isPositive();
    }
}
