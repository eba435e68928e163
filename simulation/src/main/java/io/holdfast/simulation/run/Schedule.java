package io.holdfast.simulation.run;

import io.holdfast.simulation.world.Randoms;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Draws a schedule: what clients do, and what befalls them and the server. */
final class Schedule {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;
    private static final long HOUR = 3_600 * SECOND;

    private Schedule() {}

    static List<Act> draw(Profile profile, Randoms random) {
        List<Act> acts = new ArrayList<>();
        // More than a client may have on its way at once, and than its session remembers.
        long flood = random.fork("flood").chance(0.1) ? 15 : 1;
        for (int i = 0; i < profile.publishes(); i++) {
            Act.Kind kind = random.oneOf(
                    Act.Kind.PUBLISH,
                    Act.Kind.PUBLISH,
                    Act.Kind.PUBLISH,
                    Act.Kind.PUBLISH,
                    Act.Kind.DIRECT,
                    Act.Kind.JOIN,
                    Act.Kind.LEAVE);
            long burst = random.chance(0.1) ? random.between(5, 40) : 1;
            acts.add(act(profile, random, kind, burst > 1 ? burst * flood : burst));
        }
        List<Act.Kind> faults =
                profile.kinds().stream().filter(Act.Kind::isFault).toList();
        for (int i = 0; i < profile.faults() && !faults.isEmpty(); i++) {
            Act.Kind kind = random.oneOf(faults);
            acts.add(act(profile, random, kind, amount(kind, random)));
        }
        Randoms chains = random.fork("chains");
        if (chains.chance(0.15)) {
            repeatAcrossARestart(profile, chains, acts);
        }
        if (chains.chance(0.15)) {
            lateHello(profile, chains, acts);
        }
        acts.sort(Comparator.comparingLong(Act::atNanos));
        return acts;
    }

    /**
     * The ack of a message to somebody is lost, his session ends, and the server begins anew: the
     * message is sent again. One after the other these are too rare.
     */
    private static void repeatAcrossARestart(Profile profile, Randoms random, List<Act> acts) {
        long at = random.between(
                2 * SECOND, Math.max(3 * SECOND, profile.faultsNanos() - 35 * SECOND));
        int sender = random.between(0, profile.clients() - 1);
        int other = (sender + 1) % profile.clients();
        acts.add(new Act(at - MILLI, Act.Kind.CUT_DOWN, sender, 30 * SECOND, 0));
        acts.add(new Act(at, Act.Kind.DIRECT, sender, 1, other));
        at += random.between(100 * MILLI, 3 * SECOND);
        acts.add(new Act(at, Act.Kind.STRANGER, other, 5 * SECOND, 0));
        at += random.between(100 * MILLI, 3 * SECOND);
        Act.Kind end = random.oneOf(Act.Kind.KILL, Act.Kind.KILL, Act.Kind.DRAIN);
        acts.add(new Act(at, end, 0, random.between(MILLI, 2 * SECOND), 0));
    }

    /** Clients redial while one loop of the server stands still longer than they wait. */
    private static void lateHello(Profile profile, Randoms random, List<Act> acts) {
        long at = random.between(
                2 * SECOND, Math.max(3 * SECOND, profile.faultsNanos() - 60 * SECOND));
        int loop = random.between(0, 2);
        acts.add(new Act(
                at, Act.Kind.PAUSE_LOOP, 0, random.between(12 * SECOND, 50 * SECOND), loop));
        for (int i = 0; i < Math.min(4, profile.clients()); i++) {
            acts.add(new Act(at + i * MILLI, Act.Kind.RESET, i, 0, 0));
        }
    }

    private static Act act(Profile profile, Randoms random, Act.Kind kind, long amount) {
        return new Act(
                random.between(SECOND / 2, profile.faultsNanos()),
                kind,
                random.between(0, profile.clients() - 1),
                amount,
                random.between(0, Math.max(profile.rooms(), profile.clients()) - 1));
    }

    private static long amount(Act.Kind kind, Randoms random) {
        return switch (kind) {
            case CUT_UP, CUT_DOWN, STOP_READING -> random.between(100 * MILLI, 60 * SECOND);
            case PAUSE_CLIENT, PAUSE_SERVER, PAUSE_LOOP, PAUSE_STORE ->
                random.chance(0.5)
                        ? random.between(MILLI, 3 * SECOND)
                        : random.between(SECOND, 60 * SECOND);
            case SLEEP_CLIENT -> random.between(SECOND, 300 * SECOND);
            case CLOCK_BACK, CLOCK_AHEAD -> random.between(SECOND, HOUR);
            case KILL, POWER_LOSS, DRAIN, DRAIN_HURRIED -> random.between(MILLI, 30 * SECOND);
            case KILL_AT_DISK, POWER_LOSS_AT_DISK, KILL_AT_START -> random.between(0L, 12L);
            case KILL_IN_RESUME -> random.between(0L, 13L);
            case KILL_IN_COMMIT -> random.between(0L, 23L);
            case KILL_IN_DRAIN -> random.between(1L, 20L);
            case DISK_FULL, SYNC_FAILS -> random.between(100 * MILLI, 20 * SECOND);
            case GHOST, GHOST_AHEAD, STRANGER -> random.between(10 * MILLI, 20 * SECOND);
            default -> 0;
        };
    }
}
