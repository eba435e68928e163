package io.holdfast.client;

import java.util.List;

/**
 * Who is in a room.
 *
 * @param clients the first of them, as many as the server lists
 * @param count of all
 */
public record Presence(String room, List<String> clients, long count) {
    public Presence {
        clients = List.copyOf(clients);
    }
}
