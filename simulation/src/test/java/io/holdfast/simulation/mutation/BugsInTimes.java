package io.holdfast.simulation.mutation;

import java.util.List;

/**
 * Bugs to plant: what is due never comes, or comes late. The deadline itself is far away, so that
 * nothing but what does not happen gives them away.
 */
final class BugsInTimes {
    private BugsInTimes() {}

    static final List<PlantedBug> ALL = List.of(
            new PlantedBug(
                    "a peer that ignores a close is never cut",
                    "protocol:protocol/connection/ConnectionLifecycle.java",
                    "nowNanos + settings.closeGraceNanos()));",
                    "nowNanos + 1_000_000_000_000_000L));"),
            new PlantedBug(
                    "who never says hello stays for ever",
                    "protocol:protocol/connection/ConnectionLifecycle.java",
                    "long deadlineNanos = nowNanos + settings.firstMessageNanos();",
                    "long deadlineNanos = nowNanos + 1_000_000_000_000_000L;"),
            new PlantedBug(
                    "a timer fires until the nanosecond after its deadline",
                    "protocol:protocol/connection/ConnectionLifecycle.java",
                    "if (nowNanos >= closing.deadlineNanos()) {",
                    "if (nowNanos > closing.deadlineNanos()) {"),
            new PlantedBug(
                    "zombies are never found",
                    "protocol:protocol/quality/BotHeartbeat.java",
                    "settings.timeoutNanos() * timeoutFactor;",
                    "settings.timeoutNanos() * timeoutFactor + 1_000_000_000_000_000L;"),
            new PlantedBug(
                    "a peer that takes nothing is never closed",
                    "protocol:protocol/connection/WriteStall.java",
                    "return nowNanos - sinceNanos >= timeoutNanos;",
                    "return nowNanos - sinceNanos >= 100_000 * timeoutNanos;"),
            new PlantedBug(
                    "a drain does not cut who ignores it",
                    "protocol:protocol/drain/Drain.java",
                    "group.phase = new Phase.Closed(nowNanos + graceNanos);",
                    "group.phase = new Phase.Closed(nowNanos + 1_000_000_000_000_000L);"),
            new PlantedBug(
                    "a client does not notice silence",
                    "protocol:protocol/client/Heartbeat.java",
                    "return lastTraffic + silenceNanos;",
                    "return lastTraffic + silenceNanos + 1_000_000_000_000_000L;"),
            new PlantedBug(
                    "a client waits for ever for its welcome",
                    "protocol:protocol/client/ClientLifecycle.java",
                    "            long deadline = clock(nowNanos) + "
                            + "settings.welcomeTimeout().toNanos();\n            become(new Greeting",
                    "            long deadline = clock(nowNanos) + 1_000_000_000_000_000L;\n            become(new Greeting"),
            new PlantedBug(
                    "messages that are kept too long are never given up",
                    "protocol:protocol/client/PendingMessages.java",
                    "long expiresAtNanos = nowNanos + settings.keep().toNanos();",
                    "long expiresAtNanos = nowNanos + 1_000_000_000_000_000L;"),
            new PlantedBug(
                    "the clock of sessions runs on in a drain",
                    "protocol:protocol/session/SessionClock.java",
                    "        if (!paused) {\n            paused = true;",
                    "        if (!paused && nowNanos == 1) {\n            paused = true;"),
            new PlantedBug(
                    "the clock of histories runs on in a drain",
                    "protocol:protocol/time/ServiceClock.java",
                    "        if (state.running()) {\n            state = new State(false",
                    "        if (state.running() && nowNanos == 1) {\n            state = new State(false"),
            new PlantedBug(
                    "tokens are never refreshed",
                    "protocol:protocol/session/TokenIndex.java",
                    "if (refreshDueNanos(session) > nowNanos) {",
                    "if (refreshDueNanos(session) > nowNanos - 1_000_000_000_000_000L) {"));
}
