package io.holdfast.simulation.server;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.Limits;
import io.holdfast.protocol.admission.Admission;
import io.holdfast.protocol.admission.AdmissionSettings;
import io.holdfast.protocol.admission.ConnectionAdmission;
import io.holdfast.protocol.admission.Slot;
import io.holdfast.protocol.limit.RateLimiter;
import io.holdfast.protocol.session.Claim;
import io.holdfast.protocol.session.ConnectResult;
import io.holdfast.protocol.session.Session;
import io.holdfast.protocol.session.SessionTokens;
import io.holdfast.simulation.world.Hit;
import io.holdfast.simulation.world.Randoms;
import io.holdfast.simulation.world.SimLoop;
import io.holdfast.simulation.world.SimNetwork;
import io.holdfast.simulation.world.SocketListener;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Who comes to a process and who goes: places, loops, client ids and what they are refused for, as
 * the server's connection/Clients has it.
 */
final class Reception implements SimNetwork.Acceptor {
    private static final String DIALECT = "bot";
    /** For who was turned away, to read why. */
    private static final long TURNED_AWAY_NANOS = 1_000_000_000L;

    private record Live(ServerConnection connection, long generation) {}

    private final SimServer server;
    private final Randoms random;
    private final ConnectionAdmission admission;
    private final Map<String, Live> live = new LinkedHashMap<>();
    private final Map<String, RateLimiter> limiters = new HashMap<>();
    private final Map<Long, ServerConnection> connections = new LinkedHashMap<>();
    private long lastId;
    private int nextLoop;

    Reception(SimServer server, Randoms random) {
        this.server = server;
        this.random = random;
        this.admission = new ConnectionAdmission(
                AdmissionSettings.of(server.settings().maxConnections(), 0));
    }

    Map<Long, ServerConnection> connections() {
        return connections;
    }

    /** The connection that has the client id; null when none has. */
    @Nullable
    ServerConnection holder(String clientId) {
        Live known = live.get(clientId);
        return known == null ? null : known.connection();
    }

    /** Gives every session that has a connection: its client id and number. */
    void seated(ObjLongConsumer<String> visitor) {
        live.values().forEach(one -> {
            Session session = one.connection().session();
            if (session != null) {
                visitor.accept(session.clientId(), session.number());
            }
        });
    }

    @Override
    public SimLoop nextLoop() {
        return server.loop(nextLoop++ % server.settings().loops()).loop();
    }

    @Override
    public SocketListener accept(SimNetwork.SocketHandle handle) {
        int index = 0;
        SimLoop arrived = handle.socket().loop();
        for (int i = 0; i < server.settings().loops(); i++) {
            if (server.loop(i).loop() == arrived) {
                index = i;
            }
        }
        Streams streams = server.loop(index);
        long id = ++lastId;
        if (server.isDraining()) {
            ServerConnection newcomer =
                    connection(streams, index, handle, null, id, Limits.AUTH_TIMEOUT.toNanos());
            newcomer.refuse(server.newcomerMayReturn());
            return newcomer;
        }
        ServerConnection connection = switch (admission.connect("host" + id, now())) {
            case Admission.Admitted admitted ->
                connection(
                        streams, index, handle, admitted.slot(), id, Limits.AUTH_TIMEOUT.toNanos());
            case Admission.Provisional provisional ->
                connection(
                        streams,
                        index,
                        handle,
                        provisional.slot(),
                        id,
                        Math.max(1, provisional.deadlineNanos() - now()));
            case Admission.Refused refused -> {
                ServerConnection full =
                        connection(streams, index, handle, null, id, TURNED_AWAY_NANOS);
                full.turnAway(refused.retryAfterSeconds());
                yield full;
            }
        };
        if (connection.slot() != null) {
            connections.put(id, connection);
            server.drain().joined(id);
        }
        return connection;
    }

    private long now() {
        return server.control().nowNanos();
    }

    private ServerConnection connection(
            Streams streams,
            int index,
            SimNetwork.SocketHandle handle,
            @Nullable Slot slot,
            long id,
            long firstMessageNanos) {
        return new ServerConnection(
                server,
                streams,
                index,
                handle,
                slot,
                id,
                firstMessageNanos,
                random.fork("connection" + id));
    }

    /** Takes the id for a connection, if it may; null when it was refused. */
    @Nullable
    Seat arrive(ServerConnection connection, String clientId, @Nullable String token) {
        boolean good = token != null
                && server.sessions().worth(clientId, token, now()) == SessionTokens.Worth.GOOD;
        Live before = live.get(clientId);
        Slot slot = connection.slot();
        if (slot != null) {
            Admission admitted = good
                    ? admission.tokenAccepted(
                            slot, before == null ? null : before.connection().slot(), now())
                    : admission.withoutToken(slot, now());
            if (admitted instanceof Admission.Refused refused) {
                connection.turnAway(refused.retryAfterSeconds());
                return null;
            }
            server.checker().admitted(admission.admitted(), server.settings().maxConnections());
        }
        Claim claim = new Claim("everyone", false, token, token != null, false, true);
        ConnectResult result = server.sessions()
                .connect(
                        connection.accepted(),
                        clientId,
                        claim,
                        DIALECT,
                        server.settings().sessionTtl(),
                        now());
        server.checker().sessions(server.sessions().size(), server.settings().maxSessions());
        Seat seat = switch (result) {
            case ConnectResult.New fresh ->
                new Seat(
                        fresh.session(),
                        fresh.generation(),
                        false,
                        String.valueOf(fresh.token()),
                        Map.of());
            case ConnectResult.Restored restored ->
                new Seat(
                        restored.session(),
                        restored.generation(),
                        true,
                        String.valueOf(restored.token()),
                        restored.session().memberships());
            case ConnectResult.Refused ignored -> {
                connection.close(CloseCode.POLICY_VIOLATION, "Client ID is owned");
                yield null;
            }
            case ConnectResult.Outdated ignored -> {
                connection.replaced();
                yield null;
            }
            case ConnectResult.Full ignored -> {
                connection.close(CloseCode.TRY_AGAIN_LATER, "Too many sessions");
                yield null;
            }
        };
        if (seat == null) {
            return null;
        }
        server.trace().note(server.name(), "seat", clientId, seat.generation(), seat.restored());
        server.checker().tokenMade(seat.token(), seat.session().number());
        server.checker()
                .arrived(
                        clientId,
                        seat.session().number(),
                        seat.generation(),
                        seat.restored(),
                        token);
        live.put(clientId, new Live(connection, seat.generation()));
        if (before != null) {
            ServerConnection older = before.connection();
            if (!older.isWelcomed() && older.accepting()) {
                server.trace().hit(Hit.RESUMES_RACE);
            }
            older.loop().execute(older::replaced);
        }
        return seat;
    }

    /** The connection has gone; its session waits, unless a newer connection has it. */
    void leave(ServerConnection connection) {
        boolean current = server.sessions()
                .disconnect(connection.clientId(), connection.generation(), Duration.ZERO, now());
        Live known = live.get(connection.clientId());
        if (current && known != null && known.generation() == connection.generation()) {
            live.remove(connection.clientId());
            server.checker().away(connection.clientId());
        }
    }

    void gone(ServerConnection connection, boolean broken) {
        Slot slot = connection.slot();
        if (slot != null) {
            admission.release(slot, now());
        }
        if (connections.remove(connection.id) != null) {
            server.drain().gone(connection.id, broken);
        }
    }

    RateLimiter limiterOf(String clientId, int max) {
        return limiters.computeIfAbsent(clientId, key -> new RateLimiter(max));
    }
}
