package io.holdfast.server.dialect.bot;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.admission.Admission;
import io.holdfast.protocol.admission.Admission.Admitted;
import io.holdfast.protocol.admission.Admission.Provisional;
import io.holdfast.protocol.admission.Admission.Refused;
import io.holdfast.protocol.admission.ConnectionAdmission;
import io.holdfast.protocol.admission.Refusal;
import io.holdfast.protocol.admission.Slot;
import io.holdfast.server.config.Config;
import io.holdfast.server.config.ConfigException;
import io.holdfast.server.config.ConfigLoader;
import io.holdfast.server.config.ConfigSources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BotAdmissionTest {
    private static final int LOOPS = 4;
    private static final String ADDRESS = "192.0.2.1";

    private volatile Config config = config(3, 2);
    private final BotAdmission admission = new BotAdmission(() -> config);

    private static Config config(int most, int perMinute) {
        try {
            return ConfigLoader.load(ConfigSources.of(Map.of(
                    "limits.bot_max_connections", "" + most,
                    "bot.connections_per_minute_per_ip", "" + perMinute,
                    "bot.block_ip", "100s")));
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    private Slot admitted(String address) {
        Admission admitted = admission.connect(address);
        assertThat(admitted).isInstanceOf(Admitted.class);
        return ((Admitted) admitted).slot();
    }

    private Provisional provisional(String address) {
        Admission provisional = admission.connect(address);
        assertThat(provisional).isInstanceOf(Provisional.class);
        return (Provisional) provisional;
    }

    @Test
    void overTheRateAConnectionHasFiveSecondsForItsToken() {
        admitted(ADDRESS);
        admitted(ADDRESS);
        long before = System.nanoTime();
        Provisional third = provisional(ADDRESS);
        assertThat(third.why()).isEqualTo(Refusal.RATE);
        assertThat(third.deadlineNanos() - TimeUnit.SECONDS.toNanos(5))
                .isBetween(before, System.nanoTime());
        assertThat(admission.admitted()).isEqualTo(2);
        assertThat(admission.provisional()).isEqualTo(1);
        assertThat(admission.tokenAccepted(third.slot(), null)).isInstanceOf(Admitted.class);
        assertThat(admission.admitted()).isEqualTo(3);
        assertThat(admission.provisional()).isZero();
    }

    @Test
    void whenAllPlacesAreTakenOnlyWhoReplacesItselfGetsOne() {
        Slot first = admitted("192.0.2.1");
        admitted("192.0.2.2");
        admitted("192.0.2.3");
        Provisional stranger = provisional("192.0.2.4");
        assertThat(stranger.why()).isEqualTo(Refusal.FULL);
        assertThat(admission.tokenAccepted(stranger.slot(), null))
                .isInstanceOfSatisfying(
                        Refused.class, no -> assertThat(no.why()).isEqualTo(Refusal.FULL));
        Provisional back = provisional("192.0.2.5");
        assertThat(admission.tokenAccepted(back.slot(), first)).isInstanceOf(Admitted.class);
        admission.release(first);
        assertThat(admission.admitted()).as("its place went over").isEqualTo(3);
    }

    @Test
    void aPlaceThatIsGivenBackIsFreeOnce() {
        Slot slot = admitted(ADDRESS);
        admission.release(slot);
        admission.release(slot);
        assertThat(admission.admitted()).isZero();
    }

    @Test
    void limitsThatAreReloadedCountFromTheNextConnectionOn() {
        admitted(ADDRESS);
        admitted(ADDRESS);
        admission.release(provisional(ADDRESS).slot());
        config = config(3, 0);
        admitted(ADDRESS);
        assertThat(provisional(ADDRESS).why()).isEqualTo(Refusal.FULL);
        config = config(4, 0);
        admitted(ADDRESS);
        assertThat(admission.admitted()).isEqualTo(4);
    }

    @Test
    void anAddressThatIsRefusedAgainAndAgainIsBlockedForTheConfiguredTime() {
        admitted(ADDRESS);
        admitted(ADDRESS);
        for (int i = 0; i < ConnectionAdmission.REFUSALS_BEFORE_BLOCK; i++) {
            assertThat(admission.blocked()).isZero();
            assertThat(admission.withoutToken(provisional(ADDRESS).slot()))
                    .isInstanceOf(Refused.class);
        }
        assertThat(admission.blocked()).isEqualTo(1);
        assertThat(admission.connect(ADDRESS)).isInstanceOfSatisfying(Refused.class, no -> {
            assertThat(no.why()).isEqualTo(Refusal.BLOCKED);
            assertThat(no.retryAfterSeconds()).isBetween(1L, 100L);
        });
        admitted("192.0.2.2");
    }

    @Test
    void manyLoopsAtOnceNeverAdmitMoreThanTheLimitAndGiveEveryPlaceBack() throws Exception {
        config = config(10, 0);
        List<Future<Integer>> loops = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(LOOPS)) {
            for (int loop = 0; loop < LOOPS; loop++) {
                String address = "192.0.2." + loop;
                loops.add(threads.submit(() -> comeAndGo(address)));
            }
        }
        for (Future<Integer> most : loops) {
            assertThat(most.get()).isLessThanOrEqualTo(10);
        }
        assertThat(admission.admitted()).isZero();
        assertThat(admission.provisional()).isZero();
    }

    /** The most that it saw admitted at once. */
    private int comeAndGo(String address) {
        @Nullable Slot[] held = new Slot[5];
        int most = 0;
        for (int i = 0; i < 100_000; i++) {
            release(held[i % 5]);
            Admission answer = admission.connect(address);
            if (answer instanceof Provisional provisional) {
                held[i % 5] = provisional.slot();
                admission.tokenAccepted(provisional.slot(), null);
            } else {
                held[i % 5] = ((Admitted) answer).slot();
            }
            most = Math.max(most, admission.admitted());
        }
        for (Slot slot : held) {
            release(slot);
        }
        return most;
    }

    private void release(@Nullable Slot slot) {
        if (slot != null) {
            admission.release(slot);
        }
    }
}
