package io.holdfast.server.dialect.deepstream;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.Limits;
import io.holdfast.protocol.connection.ConnectionSettings;
import io.holdfast.server.auth.AuthResult;
import io.holdfast.server.config.DeepstreamSettings;
import io.holdfast.server.config.LimitsSettings;
import io.holdfast.server.connection.Connection;
import io.holdfast.server.connection.Core;
import io.holdfast.server.connection.LoopConnections;
import io.holdfast.server.connection.RefusedConnection;
import io.holdfast.server.connection.WebSocketDialect;
import io.holdfast.server.dialect.PerLoop;
import io.holdfast.server.dialect.Resume;
import io.holdfast.server.metrics.DialectName;
import io.holdfast.server.room.Rooms;
import io.holdfast.transport.RequestHead;

import java.time.Duration;

/** The {@code deepstream} dialect: {@code /deepstream/ws}. */
public final class DeepstreamDialect implements WebSocketDialect {
    static final DialectName NAME = DialectName.DEEPSTREAM;
    static final String EVENTS_ROOM = Rooms.DEEPSTREAM_EVENTS;

    private static final String PATH = "/deepstream/ws";
    /** Seconds that a client waits after a 1013 when nothing else is said (spec: close codes). */
    private static final int RECONNECT_SECONDS = 10;

    private final Core core;
    private final PerLoop<LimitsSettings, DeepstreamMessageReader> readers;
    private final PerLoop<DeepstreamSettings, ConnectionSettings> heartbeats;

    /** @param loops worker loops of the server */
    public DeepstreamDialect(Core core, int loops) {
        this.core = core;
        this.readers = new PerLoop<>(
                loops,
                () -> core.config().limits(),
                limits ->
                        new DeepstreamMessageReader(limits.jsonDepth(), limits.jsonStringLength()));
        this.heartbeats = new PerLoop<>(
                loops, () -> core.config().deepstream(), DeepstreamDialect::heartbeat);
    }

    @Override
    public DialectName name() {
        return NAME;
    }

    @Override
    public Duration shutdownTimeout() {
        return core.config().deepstream().shutdownTimeout();
    }

    @Override
    public int reconnectSeconds() {
        return RECONNECT_SECONDS;
    }

    @Override
    public Duration sessionTtl() {
        return core.config().deepstream().sessionTtl();
    }

    @Override
    public boolean serves(String path) {
        return path.equals(PATH);
    }

    @Override
    public Refusal refusal(long reconnectAfterSeconds) {
        return new Refusal(
                CloseCode.TRY_AGAIN_LATER,
                CloseCode.TRY_AGAIN_LATER.defaultReason(),
                "{\"type\":\"shutting_down\",\"reconnect_after\":" + reconnectAfterSeconds + "}");
    }

    @Override
    public Connection accept(RequestHead request, String remote, LoopConnections loop) {
        if (core.needsToken() && core.tokenOf(request) == null) {
            return new DeepstreamConnection(core, this, remote, null, Resume.isWanted(request));
        }
        return switch (core.authenticate(request)) {
            case AuthResult.Accepted accepted ->
                new DeepstreamConnection(core, this, remote, accepted, Resume.isWanted(request));
            case AuthResult.Rejected rejected ->
                RefusedConnection.unauthorized(core, NAME, remote, rejected, loop);
        };
    }

    ConnectionSettings heartbeat(LoopConnections loop) {
        return heartbeats.of(loop.context());
    }

    private static ConnectionSettings heartbeat(DeepstreamSettings settings) {
        return ConnectionSettings.of(
                settings.authTimeout(),
                settings.pingInterval(),
                settings.silenceLimit(),
                Limits.CLOSE_GRACE);
    }

    DeepstreamMessageReader reader(LoopConnections loop) {
        return readers.of(loop.context());
    }
}
