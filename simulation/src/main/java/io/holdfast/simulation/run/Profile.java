package io.holdfast.simulation.run;

import io.holdfast.protocol.drain.DialectDrain;
import io.holdfast.protocol.drain.DrainSettings;
import io.holdfast.protocol.quality.HeartbeatSettings;
import io.holdfast.protocol.reconnect.Preset;
import io.holdfast.protocol.stream.HistoryLimits;
import io.holdfast.simulation.client.SimClient;
import io.holdfast.simulation.server.ServerSettings;
import io.holdfast.simulation.world.Conditions;
import io.holdfast.simulation.world.Randoms;
import io.holdfast.store.log.LogSettings;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What one seed draws once for its whole run: how large the world is, how it is configured, and which
 * faults it knows. Each seed knows only some, so that rare ones are not drowned by common ones.
 */
public record Profile(
        int clients,
        int rooms,
        boolean durable,
        long faultsNanos,
        Conditions conditions,
        boolean kernelGivesUp,
        Preset preset,
        boolean asksHealth,
        SimClient.Leaving leaving,
        int publishes,
        int faults,
        Set<Act.Kind> kinds,
        List<ServerSettings> versions) {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;

    public static Profile draw(Randoms random) {
        boolean durable = random.chance(0.75);
        Set<Act.Kind> kinds = EnumSet.noneOf(Act.Kind.class);
        double share = random.oneOf(0.15, 0.35, 0.6);
        for (Act.Kind kind : Act.Kind.values()) {
            // Those that came later draw elsewhere: a seed stays the world that it was.
            Randoms source =
                    kind.compareTo(Act.Kind.SYNC_FAILS) > 0 ? random.fork(kind.name()) : random;
            if (!kind.isFault() || source.chance(share)) {
                kinds.add(kind);
            }
        }
        int clients = random.between(2, 8);
        ServerSettings older = settings(random, durable, clients);
        ServerSettings newer = newer(random, older);
        Profile drawn = new Profile(
                clients,
                random.between(1, 3),
                durable,
                random.between(20, 240) * SECOND,
                conditions(random),
                random.nextBoolean(),
                random.oneOf(Preset.BOT, Preset.FEED, Preset.DEEPSTREAM),
                random.chance(0.25),
                random.oneOf(SimClient.Leaving.values()),
                random.between(5, 120),
                random.between(1, 25),
                kinds,
                List.of(older, newer));
        Randoms wave = random.fork("wave");
        return wave.chance(0.03) ? drawn.wave(wave) : drawn;
    }

    /** Many clients on good wires, and drains: here arrivals can be counted. */
    private Profile wave(Randoms random) {
        Duration timeout = Duration.ofSeconds(random.oneOf(10, 30));
        int rate = random.oneOf(4, 8, 20);
        int base = random.oneOf(1, 5);
        return new Profile(
                random.between(20, 40),
                1,
                durable,
                random.between(60, 120) * SECOND,
                new Conditions(MILLI, 10 * MILLI, 0, conditions.splitting(), 65_536, 32_768),
                kernelGivesUp,
                preset,
                false,
                leaving,
                random.between(5, 20),
                random.between(1, 2),
                EnumSet.of(Act.Kind.PUBLISH, Act.Kind.DRAIN),
                versions.stream()
                        .map(version -> version.calm(new DrainSettings(
                                Duration.ZERO,
                                rate,
                                List.of(new DialectDrain(
                                        "bot", timeout, base, Duration.ofSeconds(5))),
                                null,
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(3))))
                        .toList());
    }

    private static Conditions conditions(Randoms random) {
        long most = random.oneOf(1L, 20L, 200L, 2_000L) * MILLI;
        return new Conditions(
                most / 20,
                most,
                random.chance(0.5) ? 0 : random.between(1, 30) / 100.0,
                random.oneOf(0.0, 0.1, 1.0),
                random.oneOf(512, 4_096, 65_536),
                random.oneOf(256, 2_048, 32_768));
    }

    private static ServerSettings settings(Randoms random, boolean durable, int clients) {
        HistoryLimits history = new HistoryLimits(
                random.oneOf(10, 100, 1_000),
                random.oneOf(4_096L, 65_536L, 1L << 20),
                random.oneOf(60L, 600L) * SECOND);
        Duration timeout = Duration.ofSeconds(random.oneOf(0, 2, 10, 30));
        DialectDrain dialect = new DialectDrain(
                "bot", timeout, random.oneOf(1, 5, 60), Duration.ofSeconds(random.between(1, 5)));
        DrainSettings drain = new DrainSettings(
                Duration.ofSeconds(random.oneOf(0, 0, 3)),
                random.oneOf(1, 2, 5, 500),
                List.of(dialect),
                random.chance(0.25) ? Duration.ofSeconds(25) : null,
                Duration.ofSeconds(5),
                Duration.ofSeconds(3));
        return new ServerSettings(
                0,
                random.between(1, 3),
                durable,
                history,
                new LogSettings(
                        true,
                        random.oneOf(2_000L, 16_384L, 1L << 20),
                        random.chance(0.2) ? 8_000 : 1L << 26,
                        history.ageNanos() / MILLI,
                        history.messages(),
                        history.bytes()),
                random.oneOf(1L, 10L, 300L) * MILLI,
                random.fork("uncommitted").oneOf(4_096L, 1L << 20, 1L << 20),
                random.oneOf(200L, 1_024L, 16_384L),
                Duration.ofSeconds(10),
                Duration.ofSeconds(random.oneOf(60, 120)),
                Duration.ofSeconds(random.oneOf(90, 3_600, 3_600)),
                random.chance(0.1) ? Math.max(1, clients - 1) : 1_000,
                random.chance(0.2) ? clients : 1_000,
                random.chance(0.15) ? 60 : 0,
                HeartbeatSettings.DEFAULT,
                drain);
    }

    /** The next release: configured otherwise, and says more on the wire. */
    private static ServerSettings newer(Randoms random, ServerSettings older) {
        HistoryLimits history = random.nextBoolean()
                ? older.history()
                : new HistoryLimits(
                        random.oneOf(20, 200),
                        older.history().bytes(),
                        older.history().ageNanos());
        return new ServerSettings(
                1,
                random.between(1, 3),
                older.durable(),
                history,
                new LogSettings(
                        true,
                        random.oneOf(2_000L, 16_384L, 1L << 20),
                        older.log().maxBytes(),
                        history.ageNanos() / MILLI,
                        history.messages(),
                        history.bytes()),
                older.commitNanos(),
                older.uncommittedBytes(),
                older.outboxBytes(),
                older.writeTimeout(),
                older.sessionTtl(),
                older.tokenTtl(),
                older.maxSessions(),
                older.maxConnections(),
                older.maxMessagesPerMinute(),
                older.heartbeat(),
                older.drain());
    }

    /** The smallest history that any version keeps. */
    public HistoryLimits leastHistory() {
        HistoryLimits one = versions.getFirst().history();
        HistoryLimits other = versions.getLast().history();
        return new HistoryLimits(
                Math.min(one.messages(), other.messages()),
                Math.min(one.bytes(), other.bytes()),
                Math.min(one.ageNanos(), other.ageNanos()));
    }

    public boolean logMayForget() {
        return versions.getFirst().log().maxBytes() < 1L << 20;
    }
}
