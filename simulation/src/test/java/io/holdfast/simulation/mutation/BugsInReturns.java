package io.holdfast.simulation.mutation;

import java.util.List;

/** Bugs to plant in when clients come back. */
final class BugsInReturns {
    private BugsInReturns() {}

    private static final String LIFECYCLE = "protocol:protocol/client/ClientLifecycle.java";
    private static final String RECONNECT = "protocol:protocol/reconnect/Reconnect.java";

    static final List<PlantedBug> ALL = List.of(
            new PlantedBug(
                    "a client waits 20 s longer than it says",
                    LIFECYCLE,
                    "again.told(), now + again.delayNanos())",
                    "again.told(), now + again.delayNanos() + 20_000_000_000L)"),
            new PlantedBug(
                    "a client gives an address 100 s to answer",
                    LIFECYCLE,
                    "become(new Opening(connection, now + settings.openTimeout().toNanos()));",
                    "become(new Opening(connection, now + 10 * "
                            + "settings.openTimeout().toNanos()));"),
            new PlantedBug(
                    "a client bears silence for twice as long",
                    "protocol:protocol/client/Heartbeat.java",
                    "this.silenceNanos = settings.silence().toNanos();",
                    "this.silenceNanos = 2 * settings.silence().toNanos();"),
            new PlantedBug(
                    "a backoff takes two steps at a time",
                    RECONNECT,
                    "Math.min(retries, Integer.MAX_VALUE - 1) + 1;\n        long allowedNanos",
                    "Math.min(retries, Integer.MAX_VALUE - 2) + 2;\n        long allowedNanos"),
            new PlantedBug(
                    "a backoff never grows",
                    RECONNECT,
                    "Math.min(retries, Integer.MAX_VALUE - 1) + 1;\n        long allowedNanos",
                    "0;\n        long allowedNanos"),
            new PlantedBug(
                    "every welcome resets the backoff",
                    RECONNECT,
                    "boolean stable = upNanos >= STABLE_AFTER.toNanos();\n        if",
                    "boolean stable = upNanos >= 0;\n        if"),
            new PlantedBug(
                    "the wait after 1013 grows beyond its cap",
                    RECONNECT,
                    "return Math.max(firstNanos, Math.min(ladderNanos, capNanos));",
                    "return Math.max(firstNanos, Math.max(ladderNanos, capNanos));"),
            new PlantedBug(
                    "1001 is followed by no wait",
                    RECONNECT,
                    "return Math.max(waitNanos, policy.backoff().plainNanos(retries));",
                    "return Math.min(waitNanos, policy.backoff().plainNanos(retries)) / 2;"),
            new PlantedBug(
                    "jitter shortens what the server asked for",
                    "protocol:protocol/reconnect/Jitter.java",
                    "return this == NONE ? waitNanos : lengthen(waitNanos, random);",
                    "return spread(waitNanos, waitNanos, random);"));
}
