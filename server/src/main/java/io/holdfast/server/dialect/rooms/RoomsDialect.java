package io.holdfast.server.dialect.rooms;

import io.holdfast.protocol.ClientId;
import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.Limits;
import io.holdfast.protocol.connection.ConnectionSettings;
import io.holdfast.server.auth.AuthResult;
import io.holdfast.server.config.LimitsSettings;
import io.holdfast.server.config.RoomsSettings;
import io.holdfast.server.connection.Connection;
import io.holdfast.server.connection.Core;
import io.holdfast.server.connection.LoopConnections;
import io.holdfast.server.connection.RefusedConnection;
import io.holdfast.server.connection.WebSocketDialect;
import io.holdfast.server.dialect.ClientIds;
import io.holdfast.server.dialect.PerLoop;
import io.holdfast.server.dialect.Resume;
import io.holdfast.server.json.JsonText;
import io.holdfast.server.metrics.DialectName;
import io.holdfast.server.room.PresenceWriter;
import io.holdfast.transport.RequestHead;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The {@code rooms} dialect: {@code /ws} and {@code /ws/{client_id}}. */
public final class RoomsDialect implements WebSocketDialect {
    static final DialectName NAME = DialectName.ROOMS;

    private static final String PATH = "/ws";
    /** Seconds that a client waits after a 1001 when nothing else is said (spec: close codes). */
    private static final int RECONNECT_SECONDS = 5;

    private final Core core;
    private final PerLoop<LimitsSettings, RoomsRequestReader> readers;
    private final PerLoop<RoomsSettings, ConnectionSettings> heartbeats;

    /** @param loops worker loops of the server */
    public RoomsDialect(Core core, int loops) {
        this.core = core;
        this.readers = new PerLoop<>(
                loops,
                () -> core.config().limits(),
                limits -> new RoomsRequestReader(limits.jsonDepth(), limits.jsonStringLength()));
        this.heartbeats =
                new PerLoop<>(loops, () -> core.config().rooms(), RoomsDialect::heartbeat);
    }

    /** How members of rooms are told of coming and going. */
    public static PresenceWriter presenceWriter() {
        return new RoomsMessages();
    }

    @Override
    public DialectName name() {
        return NAME;
    }

    @Override
    public Duration shutdownTimeout() {
        return core.config().rooms().shutdownTimeout();
    }

    @Override
    public int reconnectSeconds() {
        return RECONNECT_SECONDS;
    }

    @Override
    public Duration sessionTtl() {
        return core.config().rooms().sessionTtl();
    }

    @Override
    public boolean serves(String path) {
        return path.equals(PATH) || path.startsWith(PATH + "/");
    }

    @Override
    public Refusal refusal(long reconnectAfterSeconds) {
        return new Refusal(
                CloseCode.GOING_AWAY,
                core.config().rooms().shutdownReason(),
                "{\"type\":\"shutting_down\",\"reconnect_after\":" + reconnectAfterSeconds + "}");
    }

    @Override
    public Connection accept(RequestHead request, String remote, LoopConnections loop) {
        String id = requestedId(request.path(), loop.random());
        if (id == null) {
            return new RefusedConnection(
                    core, NAME, remote, CloseCode.UNSUPPORTED_DATA, "Invalid client ID", null);
        }
        return switch (core.authenticate(request)) {
            case AuthResult.Accepted accepted ->
                new RoomsConnection(
                        core,
                        this,
                        remote,
                        id,
                        request.path().equals(PATH),
                        accepted,
                        Resume.isWanted(request));
            case AuthResult.Rejected rejected ->
                RefusedConnection.unauthorized(core, NAME, remote, rejected, loop);
        };
    }

    /** The id in the path, a new one when there is none, or null when it is not valid. */
    private static @Nullable String requestedId(String path, RandomGenerator random) {
        if (path.equals(PATH)) {
            return ClientIds.made("client-", random);
        }
        String id = RequestHead.decoded(path.substring(PATH.length() + 1));
        return id != null && ClientId.isValid(id) ? id : null;
    }

    private static ConnectionSettings heartbeat(RoomsSettings settings) {
        return ConnectionSettings.of(
                settings.authTimeout(),
                settings.pingInterval(),
                settings.silenceLimit(),
                Limits.CLOSE_GRACE);
    }

    ConnectionSettings heartbeat(LoopConnections loop) {
        return heartbeats.of(loop.context());
    }

    RoomsRequestReader reader(LoopConnections loop) {
        return readers.of(loop.context());
    }

    String welcomeFor(String clientId) {
        return core.config().rooms().welcomeMessage().replace("{client_id}", clientId);
    }

    String shutdownMessage() {
        return core.config().rooms().shutdownReason();
    }

    @Override
    public void start() {
        for (LoopConnections loop : core.loops()) {
            scheduleBroadcast(loop, 0);
        }
    }

    /** Looks every second whether a message is due, since the interval may change at any time. */
    private void scheduleBroadcast(LoopConnections loop, int secondsSinceLast) {
        loop.context()
                .eventLoop()
                .schedule(
                        () -> {
                            long interval = Math.ceilDiv(
                                    core.config().rooms().broadcastInterval().toMillis(), 1000L);
                            boolean due = interval > 0 && secondsSinceLast + 1 >= interval;
                            if (due && !core.isDraining()) {
                                broadcastPeriodic(loop);
                            }
                            scheduleBroadcast(loop, due ? 0 : secondsSinceLast + 1);
                        },
                        1,
                        TimeUnit.SECONDS);
    }

    private void broadcastPeriodic(LoopConnections loop) {
        JsonText out = loop.text();
        RoomsMessages.periodic(out, loop.timestamps().now(), core.clients().count(NAME));
        loop.rooms().broadcast(out.toBytes());
    }
}
