package io.holdfast.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.reconnect.Preset;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientLifecyclePropertyTest {
    private static final int CLIENTS = 1_500;
    private static final int STEPS = 400;

    private static ClientWorld world(long seed, long number) {
        RandomGenerator random =
                RandomGeneratorFactory.of("L64X128MixRandom").create(seed * 1_000_003 + number);
        ClientSettings settings = ClientSettings.of(
                List.of(Preset.values()).get(random.nextInt(4)).policy());
        return new ClientWorld(
                random.nextBoolean() ? settings.withHealth() : settings,
                random,
                "seed " + seed + " client " + number);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void anyOrderOfEventsKeepsToTheTableAndReachesAllOfIt(long seed) {
        Set<String> seen = new LinkedHashSet<>();
        for (int i = 0; i < CLIENTS; i++) {
            ClientWorld world = world(seed, i);
            for (int step = 0; step < STEPS; step++) {
                Class<?> before = world.client.state().getClass();
                world.step();
                Class<?> after = world.client.state().getClass();
                if (before != after) {
                    seen.add(before.getSimpleName() + " -> " + after.getSimpleName());
                }
            }
        }
        Set<String> table = ClientLifecycle.TRANSITIONS.transitions().stream()
                .map(row -> row.from().getSimpleName() + " -> " + row.to().getSimpleName())
                .collect(Collectors.toSet());
        assertThat(seen).containsExactlyInAnyOrderElementsOf(table);
    }

    @Test
    void theSameSeedTellsTheSameStory() {
        assertThat(story(5)).isEqualTo(story(5)).isNotEqualTo(story(6)).isNotEmpty();
    }

    private static List<String> story(long number) {
        ClientWorld world = world(99, number);
        for (int step = 0; step < STEPS; step++) {
            world.step();
        }
        return world.history;
    }
}
