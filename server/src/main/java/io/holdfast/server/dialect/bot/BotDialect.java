package io.holdfast.server.dialect.bot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.Limits;
import io.holdfast.protocol.quality.HeartbeatSettings;
import io.holdfast.server.config.BotSettings;
import io.holdfast.server.config.LimitsSettings;
import io.holdfast.server.connection.Core;
import io.holdfast.server.connection.Dialect;
import io.holdfast.server.connection.LoopConnections;
import io.holdfast.server.dialect.PerLoop;
import io.holdfast.server.json.JsonText;
import io.holdfast.server.metrics.DialectName;
import io.holdfast.server.room.Encoding;
import io.holdfast.transport.LoopContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The {@code bot} dialect: lines or frames of JSON over TCP. */
public final class BotDialect implements Dialect {
    static final DialectName NAME = DialectName.BOT;
    /** What bots are told of every shutdown: they cannot do anything about others either. */
    static final String SHUTDOWN_REASON = "maintenance";

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Core core;
    private final PerLoop<LimitsSettings, BotRequestReader> readers;
    private final Grades grades;
    private final Encoding lines = new BotEncoding.Lines();
    private final Encoding frames = new BotEncoding.Frames();
    private final Encoding gzipFrames;

    /** @param loops those that serve connections, by index */
    public BotDialect(Core core, List<LoopContext> loops) {
        this.core = core;
        this.readers = new PerLoop<>(
                loops.size(),
                () -> core.config().limits(),
                limits -> new BotRequestReader(limits.jsonDepth(), limits.jsonStringLength()));
        this.grades = new Grades(core.metrics());
        this.gzipFrames = new BotEncoding.GzipFrames(loop -> loops.get(loop).frameEncoder());
    }

    @Override
    public DialectName name() {
        return NAME;
    }

    @Override
    public Refusal refusal(long reconnectAfterSeconds) {
        JsonText out = new JsonText();
        BotMessages.serverShutdown(out, SHUTDOWN_REASON, reconnectAfterSeconds);
        return new Refusal(
                CloseCode.GOING_AWAY,
                CloseCode.GOING_AWAY.defaultReason(),
                new String(out.toBytes(), UTF_8));
    }

    @Override
    public Duration shutdownTimeout() {
        return settings().shutdownTimeout();
    }

    @Override
    public int reconnectSeconds() {
        return Math.toIntExact(settings().reconnectAfter().toSeconds());
    }

    @Override
    public Duration sessionTtl() {
        return settings().sessionTtl();
    }

    @Override
    public Duration closeGrace() {
        return Limits.TCP_CLOSE_GRACE;
    }

    BotRequestReader reader(LoopConnections loop) {
        return readers.of(loop.context());
    }

    /** How messages go to a bot with these features. */
    Encoding encoding(BotFeatures features) {
        if (!features.lengthPrefixed()) {
            return lines;
        }
        return features.gzip() ? gzipFrames : frames;
    }

    Grades grades() {
        return grades;
    }

    /** For a connection that begins now. */
    HeartbeatSettings heartbeat() {
        long interval = settings().pingInterval().toNanos();
        long least = Math.min(SECOND_NANOS, interval);
        // 1 to 59 s where the interval is 30 s (spec: dialect-bot, "Ping").
        return new HeartbeatSettings(
                interval,
                settings().pongTimeout().toNanos(),
                least,
                Math.max(least, 2 * interval - SECOND_NANOS));
    }

    void roundTrip(long nanos) {
        core.metrics().roundTrip(nanos);
    }

    long readIdleNanos() {
        return settings().readIdleTimeout().toNanos();
    }

    private BotSettings settings() {
        return core.config().bot();
    }
}
