package io.holdfast.protocol.room;

import static io.holdfast.protocol.room.Presence.GATHER_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PresenceTest {
    /** Writes down what it hears, and believes it. */
    private static final class Listener implements Presence.Audience {
        final List<String> heard = new ArrayList<>();
        final Set<String> believed = new TreeSet<>();

        @Override
        public void connected(String clientId) {
            heard.add("+" + clientId);
            assertThat(believed.add(clientId)).as("%s came twice", clientId).isTrue();
        }

        @Override
        public void disconnected(String clientId) {
            heard.add("-" + clientId);
            assertThat(believed.remove(clientId)).as("%s went twice", clientId).isTrue();
        }

        @Override
        public void changed(List<String> joined, List<String> left) {
            heard.add("+" + joined + "-" + left);
            for (String id : joined) {
                assertThat(believed.add(id)).as("%s came twice", id).isTrue();
            }
            for (String id : left) {
                assertThat(believed.remove(id)).as("%s went twice", id).isTrue();
            }
        }
    }

    private final Presence presence = new Presence();
    private final Listener listener = new Listener();

    @Test
    void inASmallRoomEveryComingAndGoingIsToldAtOnce() {
        presence.joined("a", false, 0, listener);
        presence.left("a", false, 1, listener);
        assertThat(listener.heard).containsExactly("+a", "-a");
        assertThat(presence.dueNanos()).isEqualTo(Presence.NEVER);
    }

    @Test
    void inALargeRoomASecondsWorthIsToldInOneMessage() {
        presence.joined("a", true, 5, listener);
        presence.joined("b", true, 6, listener);
        assertThat(presence.dueNanos()).isEqualTo(5 + GATHER_NANOS);
        presence.tick(4 + GATHER_NANOS, 10, listener);
        assertThat(listener.heard).as("before its time").isEmpty();
        presence.tick(5 + GATHER_NANOS, 10, listener);
        assertThat(listener.heard).containsExactly("+[a, b]-[]");
        assertThat(presence.dueNanos()).isEqualTo(Presence.NEVER);
    }

    @Test
    void whoComesAndGoesWithinOneGatheringIsNotMentioned() {
        presence.joined("a", true, 0, listener);
        presence.left("a", true, 1, listener);
        presence.tick(GATHER_NANOS, 10, listener);
        assertThat(listener.heard).isEmpty();
        assertThat(presence.dueNanos()).isEqualTo(Presence.NEVER);
    }

    @Test
    void aGatheringTakesEverythingUntilItIsToldThoughTheRoomShrinks() {
        presence.joined("a", true, 0, listener);
        presence.left("a", false, 1, listener);
        presence.joined("b", false, 2, listener);
        assertThat(listener.heard).isEmpty();
        presence.tick(GATHER_NANOS, 10, listener);
        assertThat(listener.heard).containsExactly("+[b]-[]");
    }

    @Test
    void theListsAreCutAtTheLimit() {
        for (String id : List.of("a", "b", "c")) {
            presence.joined(id, true, 0, listener);
        }
        presence.tick(GATHER_NANOS, 2, listener);
        assertThat(listener.heard).containsExactly("+[a, b]-[]");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsToldAddsUpToWhoIsThere(long seed) {
        Random random = new Random(seed);
        Set<String> truth = new TreeSet<>();
        long now = 0;
        for (int step = 0; step < 5_000; step++) {
            String id = "c" + random.nextInt(20);
            boolean gather = random.nextInt(3) == 0;
            if (truth.add(id)) {
                presence.joined(id, gather, now, listener);
            } else {
                truth.remove(id);
                presence.left(id, gather, now, listener);
            }
            now += random.nextLong(GATHER_NANOS / 4);
            presence.tick(now, 1_000, listener);
            if (presence.dueNanos() == Presence.NEVER) {
                assertThat(listener.believed).as("seed %d step %d", seed, step).isEqualTo(truth);
            }
        }
        presence.tick(now + GATHER_NANOS, 1_000, listener);
        assertThat(listener.believed).isEqualTo(truth);
        assertThat(listener.heard).anyMatch(text -> text.contains("["));
    }
}
