package io.holdfast.simulation.client;

import io.holdfast.protocol.client.Phase;
import io.holdfast.simulation.wire.Line;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The rooms that a client wants to be in, and what it has asked for to get there. */
final class ClientRooms {
    private final SimClient client;
    private final Set<String> wanted = new LinkedHashSet<>();
    private final Map<String, String> requests = new LinkedHashMap<>();
    private long refused;

    ClientRooms(SimClient client) {
        this.client = client;
    }

    Set<String> wanted() {
        return wanted;
    }

    /** Requests that a server could not carry out. */
    long refused() {
        return refused;
    }

    void join(String room) {
        wanted.add(room);
        if (isConnected() && client.checker().position(room) == null) {
            request("join", room);
        }
    }

    void leave(String room) {
        wanted.remove(room);
        if (isConnected() && client.checker().position(room) != null) {
            request("leave", room);
        }
    }

    private boolean isConnected() {
        return client.lifecycle().phase() == Phase.CONNECTED;
    }

    private void request(String type, String room) {
        String id = client.clientId() + "-r" + client.nextId();
        requests.put(id, room);
        if (type.equals("leave")) {
            client.checker().leaves(room);
        }
        client.write(Line.of(type, room, id, "-"));
    }

    void joined(String room, String id) {
        requests.remove(id);
        if (!wanted.contains(room)) {
            request("leave", room);
        }
    }

    void left(String room, String id) {
        requests.remove(id);
        if (wanted.contains(room)) {
            request("join", room);
        }
    }

    /** @return whether that was the id of such a request */
    boolean refused(String id) {
        boolean ours = requests.remove(id) != null;
        refused += ours ? 1 : 0;
        return ours;
    }

    /** @param streams that the session belongs to */
    void welcomed(Set<String> streams) {
        requests.clear();
        for (String room : wanted) {
            if (!streams.contains(room)) {
                request("join", room);
            }
        }
    }
}
