package io.holdfast.client;

import io.holdfast.client.json.JsonObject;
import io.holdfast.client.json.JsonWriter;
import io.holdfast.protocol.Limits;
import io.holdfast.protocol.stream.Position;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a later process needs to go on with a client's session: {@link HoldfastClient#saved()} gives
 * it, {@link ClientBuilder#resumeFrom} takes it. Immutable. Whoever has it can take the session
 * over: keep it as secret as a password. {@link #toString} does not show the token.
 *
 * @param clientId as the server calls this client, or null when it did not say
 * @param token of the session
 * @param positions the last message that the application has had, by stream
 * @param rooms that the application has joined, the dialect's first room not among them
 */
public record SavedSession(
        @Nullable String clientId, String token, Map<String, Place> positions, List<String> rooms) {
    private static final int FORMAT = 1;

    /** A message's place: its number, and the numbering that it belongs to. */
    public record Place(String epoch, long seq) {
        public Place {
            Objects.requireNonNull(epoch, "epoch");
            if (!Position.isSeq(seq)) {
                throw new IllegalArgumentException("A place with seq " + seq + ", expected 0 to "
                        + Limits.MAX_SEQ + "; begin without what was saved.");
            }
        }
    }

    public SavedSession {
        if (token.isEmpty()) {
            throw new IllegalArgumentException("A saved session without a token is of no use.");
        }
        positions = Map.copyOf(positions);
        rooms = List.copyOf(rooms);
    }

    /** One line of text, for a file or a database. */
    public String toJson() {
        JsonWriter places = new JsonWriter();
        positions.forEach((stream, place) -> places.raw(
                stream,
                new JsonWriter()
                        .string("epoch", place.epoch())
                        .number("seq", place.seq())
                        .end()));
        String list = String.join(",", rooms.stream().map(JsonWriter::quoted).toList());
        return new JsonWriter()
                .number("format", FORMAT)
                .string("client_id", clientId)
                .string("session_token", token)
                .raw("positions", places.end())
                .raw("rooms", "[" + list + "]")
                .end();
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException in one sentence when it is anything else
     */
    public static SavedSession fromJson(String json) {
        JsonObject saved = JsonObject.parse(json);
        String token = saved == null ? null : saved.string("session_token");
        if (saved == null || token == null || saved.number("format", 0) != FORMAT) {
            throw new IllegalArgumentException("This is not a saved session of format " + FORMAT
                    + "; begin without it, with a session of its own.");
        }
        Map<String, Place> places = new LinkedHashMap<>();
        JsonObject positions = saved.object("positions");
        if (positions != null) {
            for (String stream : positions.names()) {
                JsonObject place = positions.object(stream);
                if (place != null) {
                    places.put(
                            stream, new Place(place.string("epoch", ""), place.number("seq", 0)));
                }
            }
        }
        return new SavedSession(saved.string("client_id"), token, places, saved.strings("rooms"));
    }

    @Override
    public String toString() {
        return "SavedSession[clientId=" + clientId + ", positions=" + positions + ", rooms=" + rooms
                + "]";
    }
}
