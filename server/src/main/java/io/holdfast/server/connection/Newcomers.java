package io.holdfast.server.connection;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.drain.NewcomerSlots;
import io.holdfast.server.metrics.LimitName;
import io.holdfast.transport.LoopContext;
import io.holdfast.transport.RequestHead;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Decides over WebSocket handshakes: which dialect, and whether there is a place. Thread-safe. */
public final class Newcomers {
    private final Core core;
    private final List<Dialect> dialects;
    private final NewcomerSlots slots = new NewcomerSlots();
    private final Map<String, Integer> byAddress = new ConcurrentHashMap<>();

    public Newcomers(Core core, List<Dialect> dialects) {
        this.core = core;
        this.dialects = List.copyOf(dialects);
    }

    /** The dialect spoken at a path, or null. */
    public @Nullable Dialect dialectAt(String path) {
        for (Dialect dialect : dialects) {
            if (dialect.serves(path)) {
                return dialect;
            }
        }
        return null;
    }

    /** The connection for a completed handshake, or one that says why it cannot stay. */
    public Connection accept(
            Dialect dialect, RequestHead request, String remote, LoopContext context) {
        LoopConnections loop = core.connections(context);
        if (core.isDraining()) {
            Dialect.Refusal refusal = dialect.refusal(reconnectAfter(dialect));
            return new RefusedConnection(
                    core,
                    dialect.name(),
                    remote,
                    refusal.code(),
                    refusal.reason(),
                    refusal.message());
        }
        if (!admitAddress(remote)) {
            loop.metrics().count(LimitName.MAX_CONNECTIONS_PER_ADDRESS);
            return full(dialect, remote, "Too many connections from this address");
        }
        if (!core.admit(dialect.name())) {
            loop.metrics().count(LimitName.MAX_CONNECTIONS);
            release(remote);
            return full(dialect, remote, "Too many connections");
        }
        Connection connection = dialect.accept(request, remote, loop);
        if (connection instanceof RefusedConnection) {
            gone(connection);
        } else {
            connection.admittedBy(this);
        }
        return connection;
    }

    /** An admitted connection has ended. */
    void gone(Connection connection) {
        core.release(connection.dialect());
        release(connection.remote());
    }

    private long reconnectAfter(Dialect dialect) {
        int rate = core.config().drain().ratePerSecond();
        synchronized (slots) {
            return slots.take(dialect.reconnectSeconds(), rate, System.nanoTime());
        }
    }

    private Connection full(Dialect dialect, String remote, String reason) {
        return new RefusedConnection(
                core, dialect.name(), remote, CloseCode.TRY_AGAIN_LATER, reason, null);
    }

    private boolean admitAddress(String remote) {
        int max = core.config().limits().maxConnectionsPerAddress();
        if (max == 0) {
            return true;
        }
        boolean[] admitted = {false};
        byAddress.compute(remote, (address, count) -> {
            int now = count == null ? 0 : count;
            admitted[0] = now < max;
            return admitted[0] ? Integer.valueOf(now + 1) : count;
        });
        return admitted[0];
    }

    private void release(String remote) {
        byAddress.computeIfPresent(remote, (address, count) -> count == 1 ? null : count - 1);
    }
}
