package io.holdfast.protocol.room;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members of one room, in the order of their joining. Owned by the room's home event loop, which
 * alone changes it; not thread-safe.
 *
 * <p>A member is a client. {@code M} is the connection that stands for it now: a newer connection of
 * the same client takes its place, and what the older one does later counts for nothing.
 */
public final class Room<M> {
    private final Map<String, M> members = new LinkedHashMap<>();

    /**
     * Makes {@code member} the one that stands for the client.
     *
     * @return the one it replaces, or null when the client was not in the room
     */
    public @Nullable M join(String clientId, M member) {
        return members.put(clientId, member);
    }

    /** Takes the client out if {@code member} still stands for it; says whether it did. */
    public boolean leave(String clientId, M member) {
        return members.remove(clientId, member);
    }

    /** The one that stands for the client, or null. */
    public @Nullable M get(String clientId) {
        return members.get(clientId);
    }

    public int size() {
        return members.size();
    }

    public boolean isEmpty() {
        return members.isEmpty();
    }

    /** The ids of the first {@code limit} members. */
    public List<String> clients(int limit) {
        List<String> ids = new ArrayList<>(Math.min(limit, members.size()));
        for (String id : members.keySet()) {
            if (ids.size() == limit) {
                break;
            }
            ids.add(id);
        }
        return ids;
    }
}
