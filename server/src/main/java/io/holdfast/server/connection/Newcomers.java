package io.holdfast.server.connection;

import io.holdfast.protocol.CloseCode;
import io.holdfast.server.metrics.LimitName;
import io.holdfast.transport.LoopContext;
import io.holdfast.transport.RequestHead;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Decides over WebSocket handshakes: which dialect, and whether there is a place. Thread-safe. */
public final class Newcomers implements Admission {
    private final Core core;
    private final List<WebSocketDialect> dialects;
    private final Map<String, Seats> byAddress = new ConcurrentHashMap<>();

    public Newcomers(Core core, List<WebSocketDialect> dialects) {
        this.core = core;
        this.dialects = List.copyOf(dialects);
    }

    /** The dialect spoken at a path, or null. */
    public @Nullable WebSocketDialect dialectAt(String path) {
        for (WebSocketDialect dialect : dialects) {
            if (dialect.serves(path)) {
                return dialect;
            }
        }
        return null;
    }

    /** The connection for a completed handshake, or one that says why it cannot stay. */
    public Connection accept(
            WebSocketDialect dialect, RequestHead request, String remote, LoopContext context) {
        LoopConnections loop = core.connections(context);
        if (core.isDraining()) {
            Dialect.Refusal refusal = core.refusal(dialect);
            return new RefusedConnection(
                    core,
                    dialect.name(),
                    remote,
                    refusal.code(),
                    refusal.reason(),
                    refusal.message());
        }
        Seats seats = admitAddress(remote);
        if (seats == null) {
            loop.metrics().count(LimitName.MAX_CONNECTIONS_PER_ADDRESS);
            return full(dialect, remote, "Too many connections from this address");
        }
        if (!core.admit(dialect.name())) {
            loop.metrics().count(LimitName.MAX_CONNECTIONS);
            release(remote);
            return full(dialect, remote, "Too many connections");
        }
        Connection connection = dialect.accept(request, seats.address, loop);
        if (connection instanceof RefusedConnection) {
            gone(connection);
        } else {
            connection.admittedBy(this);
        }
        return connection;
    }

    @Override
    public void gone(Connection connection) {
        core.release(connection.dialect());
        release(connection.remote());
    }

    private Connection full(Dialect dialect, String remote, String reason) {
        return new RefusedConnection(
                core, dialect.name(), remote, CloseCode.TRY_AGAIN_LATER, reason, null);
    }

    /** Takes a seat for the address; null when it has no more. */
    private @Nullable Seats admitAddress(String remote) {
        int max = core.config().limits().maxConnectionsPerAddress();
        boolean[] admitted = {false};
        Seats seats = byAddress.compute(remote, (address, known) -> {
            Seats current = known == null ? new Seats(address) : known;
            admitted[0] = max == 0 || current.taken < max;
            current.taken += admitted[0] ? 1 : 0;
            return current;
        });
        return admitted[0] ? seats : null;
    }

    private void release(String remote) {
        byAddress.computeIfPresent(remote, (address, seats) -> --seats.taken == 0 ? null : seats);
    }

    /** Connections of one address; changed only under the map's lock. */
    private static final class Seats {
        /** The one copy of the text that all its connections share. */
        final String address;

        int taken;

        Seats(String address) {
            this.address = address;
        }
    }
}
