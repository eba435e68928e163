package io.holdfast.protocol.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.admission.Admission.Admitted;
import io.holdfast.protocol.admission.Admission.Provisional;
import io.holdfast.protocol.admission.Admission.Refused;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random comings and goings against the log of all that happened, read from its beginning. */
class ConnectionAdmissionModelTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final int STEPS = 60_000;

    private record Guest(Slot slot, String address) {}

    /** Times of what happened to one address. */
    private static final class Log {
        final List<Long> accepted = new ArrayList<>();
        final List<Long> refused = new ArrayList<>();
        long blockedUntil = Long.MIN_VALUE;

        static int lastMinute(List<Long> times, long now) {
            times.removeIf(time -> now - time >= MINUTE);
            return times.size();
        }
    }

    private final Map<String, Log> logs = new HashMap<>();
    private final List<Guest> inside = new ArrayList<>();
    private final List<Guest> waiting = new ArrayList<>();
    private ConnectionAdmission admission = new ConnectionAdmission(AdmissionSettings.DEFAULT);
    private Random random = new Random(0);
    private int max;
    private int perMinute;
    private long now;
    private int timesFull;
    private int timesBlocked;
    private int takeovers;
    private String where = "";

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void neverOneMoreThanConfiguredAndEveryVerdictIsTheLogs(long seed) {
        random = new Random(seed);
        max = random.nextInt(1, 20);
        perMinute = random.nextInt(6);
        admission = new ConnectionAdmission(AdmissionSettings.of(max, perMinute));
        long pace = 1;
        int kinds = 6;
        for (int step = 0; step < STEPS; step++) {
            where = "seed %d step %d (%d at once, %d a minute)"
                    .formatted(seed, step, max, perMinute);
            if (step % 500 == 0) { // a rush or a quiet time, with many or few who leave
                pace = 1 + random.nextLong((3 * SECOND) >> random.nextInt(8));
                kinds = random.nextInt(6, 10);
            }
            now += random.nextLong(pace);
            switch (random.nextInt(kinds)) {
                case 0, 1, 2 -> connect("address " + random.nextInt(5));
                case 3 -> tokenAccepted();
                case 4, 5 -> withoutToken();
                default -> leave();
            }
            assertThat(inside.size()).as(where).isLessThanOrEqualTo(max);
            assertThat(admission.admitted()).as(where).isEqualTo(inside.size());
            assertThat(admission.provisional()).as(where).isEqualTo(waiting.size());
            assertThat(inside).as(where).allMatch(guest -> guest.slot.isAdmitted());
        }
        assertThat(timesFull).isPositive();
        assertThat(timesBlocked).isPositive();
        assertThat(takeovers).isPositive();
    }

    private void connect(String address) {
        Log log = logs.computeIfAbsent(address, unused -> new Log());
        Admission verdict = admission.connect(address, now);
        if (now < log.blockedUntil) {
            long seconds = Math.ceilDiv(log.blockedUntil - now, SECOND);
            assertThat(verdict).as(where).isEqualTo(new Refused(Refusal.BLOCKED, seconds));
            if (random.nextInt(20) == 0) {
                assertThat(admission.blocks().unblock(address, now)).isTrue();
                log.blockedUntil = now;
            }
            return;
        }
        boolean tooOften = perMinute > 0 && Log.lastMinute(log.accepted, now) >= perMinute;
        if (tooOften || inside.size() == max) {
            assertThat(verdict).as(where).isInstanceOf(Provisional.class);
            Provisional over = (Provisional) verdict;
            assertThat(over.why()).as(where).isEqualTo(tooOften ? Refusal.RATE : Refusal.FULL);
            assertThat(over.deadlineNanos()).isEqualTo(now + (tooOften ? 5 : 2) * SECOND);
            waiting.add(new Guest(over.slot(), address));
        } else {
            assertThat(verdict).as(where).isInstanceOf(Admitted.class);
            log.accepted.add(now);
            inside.add(new Guest(((Admitted) verdict).slot(), address));
        }
    }

    private void tokenAccepted() {
        Guest guest = pick(waiting);
        if (guest == null) {
            return;
        }
        waiting.remove(guest);
        Guest zombie = random.nextBoolean() ? pick(inside) : null;
        Admission verdict =
                admission.tokenAccepted(guest.slot, zombie == null ? null : zombie.slot, now);
        if (zombie != null) {
            inside.remove(zombie);
            assertThat(zombie.slot.isAdmitted()).as(where).isFalse();
            takeovers++;
        }
        if (inside.size() < max) {
            assertThat(verdict).as(where).isEqualTo(new Admitted(guest.slot));
            inside.add(guest);
        } else {
            assertThat(verdict).as(where).isEqualTo(new Refused(Refusal.FULL, 10));
            timesFull++;
        }
    }

    private void withoutToken() {
        Guest guest = pick(waiting);
        if (guest == null) {
            return;
        }
        waiting.remove(guest);
        Admission verdict = null;
        if (random.nextBoolean()) {
            verdict = admission.withoutToken(guest.slot, now);
        } else {
            admission.release(guest.slot, now);
        }
        Log log = logs.computeIfAbsent(guest.address, unused -> new Log());
        log.refused.add(now);
        if (Log.lastMinute(log.refused, now) == 10) {
            log.refused.clear();
            log.blockedUntil = Math.max(log.blockedUntil, now + 3_600 * SECOND);
            timesBlocked++;
        }
        if (verdict != null) {
            assertThat(((Refused) verdict).why() == Refusal.BLOCKED)
                    .as(where)
                    .isEqualTo(now < log.blockedUntil);
        }
    }

    private void leave() {
        Guest guest = pick(inside);
        if (guest != null) {
            inside.remove(guest);
            admission.release(guest.slot, now);
        }
    }

    private <T> @Nullable T pick(List<T> from) {
        return from.isEmpty() ? null : from.get(random.nextInt(from.size()));
    }
}
