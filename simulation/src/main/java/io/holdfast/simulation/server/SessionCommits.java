package io.holdfast.simulation.server;

import io.holdfast.protocol.session.FreshTokens;
import io.holdfast.protocol.session.FreshTokens.Fresh;
import io.holdfast.protocol.session.Session;
import io.holdfast.store.Outcome;
import io.holdfast.store.StoreException;

/** What is committed of sessions, and the fresh tokens that are told when it is. */
final class SessionCommits {
    private final SimServer server;
    private final FreshTokens<ServerConnection> freshTokens;
    private long newest;

    SessionCommits(SimServer server) {
        this.server = server;
        this.freshTokens = new FreshTokens<>(
                server.sessions(), clientId -> server.reception().holder(clientId));
    }

    /** Commits the session as it is now, and goes on with the connection. */
    void commit(ServerConnection connection, Runnable committed, Runnable failed) {
        Session session = connection.session();
        if (session == null) {
            return;
        }
        if (!server.store().durable()) {
            committed.run();
            return;
        }
        if (server.sessions().find(session.clientId(), server.control().nowNanos()) == session) {
            server.store()
                    .putSession(
                            server.sessions()
                                    .record(session, false, server.control().nowNanos()),
                            new Outcome() {
                                @Override
                                public void committed() {
                                    connection.loop().execute(committed);
                                }

                                @Override
                                public void failed(StoreException why) {
                                    connection.loop().execute(failed);
                                }
                            });
        }
    }

    /** As the server's Clients gives it. */
    private void give(Fresh<ServerConnection> fresh) {
        ServerConnection connection = fresh.connection();
        commit(
                connection,
                () -> {
                    if (freshTokens.committed(fresh)) {
                        connection.freshToken(fresh.token());
                    }
                },
                () -> server.control().execute(() -> freshTokens.failed(fresh)));
    }

    /** Once a second. */
    void keepHouse() {
        if (!server.store().available()) {
            return;
        }
        for (Fresh<ServerConnection> fresh : freshTokens.due(server.control().nowNanos())) {
            if (fresh.number() > newest) {
                // And not one whose commit is tried again.
                newest = fresh.number();
                server.checker().tokenMade(fresh.token(), fresh.session().number());
            }
            give(fresh);
        }
    }
}
