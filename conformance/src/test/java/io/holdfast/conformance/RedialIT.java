package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.world.Cause;
import io.holdfast.conformance.world.Plan;
import io.holdfast.conformance.world.World;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that dial again before the server, or anybody, has noticed that they are gone. */
class RedialIT {
    private static final int SUBSCRIBERS = 8;
    private static final int REDIALS = 1_000;

    @TempDir
    Path store;

    @ParameterizedTest
    @ValueSource(strings = {"memory", "disk"})
    void aThousandRedialsBesideAnOpenConnectionLoseAndRepeatNothing(String engine) {
        var settings = Settings.QUIET.with("store.engine", engine);
        var plan = Plan.uneventful("redials, " + engine, settings, SUBSCRIBERS);
        try (var world = new World(plan, store, 1)) {
            world.redial(REDIALS);
            System.out.printf("Counting world: %s: %s%n", plan.name(), world.counts());
            assertThat(world.breaches()).isEmpty();
            assertThat(world.counts().resumes(Cause.REDIAL)).isEqualTo(REDIALS);
        }
    }
}
