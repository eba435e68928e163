package io.holdfast.client;

import io.holdfast.client.SavedSession.Place;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far the application has come, which is behind what the connection has received: the queue is
 * in between. Guarded by the {@link EventQueue}'s lock.
 */
final class Progress {
    /** Something that becomes true for the application at one point between its events. */
    @FunctionalInterface
    interface Mark {
        void reached(Progress progress);
    }

    private @Nullable String clientId;
    private @Nullable String token;
    private final Map<String, Place> positions = new LinkedHashMap<>();
    private final Set<String> rooms = new LinkedHashSet<>();
    /** Whether the positions are of a session: a token without its positions skips messages. */
    private boolean begun;

    private boolean frozen;

    /** The newest, wherever the application is: the one before may be of no use soon. */
    void token(@Nullable String fresh) {
        token = fresh;
    }

    /** Messages were forgotten that the application has not had: it does not come further. */
    void freeze() {
        frozen = true;
    }

    /** The server has told where each stream begins. */
    void begins(@Nullable String asClientId, Map<String, Place> places) {
        clientId = asClientId == null || (frozen && begun) ? clientId : asClientId;
        begun = true;
        if (frozen) {
            places.forEach(positions::putIfAbsent);
        } else {
            positions.clear();
            positions.putAll(places);
        }
    }

    /** The server keeps no session: there is none until one {@link #begins}. */
    void ends() {
        begun = false;
        positions.clear();
    }

    void begins(String stream, Place place) {
        if (frozen) {
            positions.putIfAbsent(stream, place);
        } else {
            positions.put(stream, place);
        }
    }

    void joined(String room) {
        rooms.add(room);
    }

    void left(String room) {
        rooms.remove(room);
        positions.remove(room);
    }

    /** The application gets this event. */
    void had(Event event) {
        switch (event) {
            case Event.Message message -> had(message.stream(), message.seq());
            case Event.Gap gap -> had(gap.stream(), gap.to());
            default -> {}
        }
    }

    private void had(@Nullable String stream, long seq) {
        Place before = stream == null ? null : positions.get(stream);
        if (!frozen && stream != null && before != null && seq > before.seq()) {
            positions.put(stream, new Place(before.epoch(), seq));
        }
    }

    Optional<SavedSession> saved() {
        return token == null || !begun
                ? Optional.empty()
                : Optional.of(new SavedSession(clientId, token, positions, List.copyOf(rooms)));
    }
}
