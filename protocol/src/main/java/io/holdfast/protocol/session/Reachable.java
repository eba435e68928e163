package io.holdfast.protocol.session;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The clients with a personal stream, be they present or away: those whose session speaks resume.
 * One whose time is up counts until {@link SessionTable#expire} has come to it.
 *
 * <p>Any thread may ask, without the table's lock: each direct message does. Only the table changes
 * it.
 */
public final class Reachable {
    private final Set<String> clientIds = ConcurrentHashMap.newKeySet();

    Reachable() {}

    public boolean contains(String clientId) {
        return clientIds.contains(clientId);
    }

    public int size() {
        return clientIds.size();
    }

    /** A client id has this session now, which may speak resume where the last one did not. */
    void hasSession(Session session) {
        if (session.resumable()) {
            clientIds.add(session.clientId());
        } else {
            clientIds.remove(session.clientId());
        }
    }

    void hasNone(String clientId) {
        clientIds.remove(clientId);
    }
}
