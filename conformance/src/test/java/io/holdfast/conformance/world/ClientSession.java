package io.holdfast.conformance.world;

import io.holdfast.conformance.client.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a client library remembers between two connections (spec: delivery, "Resuming" and "Client to
 * server"): its token, a position for each stream, its unacked messages in order. It tells the
 * ledger what it is told, unfiltered.
 *
 * <p>Guarded by the monitor of the client that owns it.
 */
final class ClientSession {
    private static final class Outgoing {
        final String text;
        boolean written;
        boolean seenBeforeResend;

        Outgoing(String text) {
            this.text = text;
        }
    }

    private final String name;
    private final List<String> rooms;
    private final Ledger ledger;
    private final Counts counts;
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final Map<String, Outgoing> unacked = new LinkedHashMap<>();
    private @Nullable String token;
    private boolean settledIn;
    private long resumes;
    private long messages;

    /** @param rooms beside the lobby */
    ClientSession(String name, List<String> rooms, Ledger ledger, Counts counts) {
        this.name = name;
        this.rooms = rooms;
        this.ledger = ledger;
        this.counts = counts;
    }

    int unacked() {
        return unacked.size();
    }

    /** Answers to a hello that showed the token. */
    long resumes() {
        return resumes;
    }

    /** Whether the answer to hello has come and it is in all of its rooms. */
    boolean isSettledIn() {
        return settledIn;
    }

    /** The connection is gone, or is not to be used any more. */
    void interrupted() {
        settledIn = false;
    }

    /** The first message of a connection. */
    String hello() {
        if (token == null) {
            return "{\"type\":\"hello\"}";
        }
        var positions = new StringJoiner(",");
        places.forEach((stream, place) -> positions.add("\"%s\":{\"epoch\":\"%s\",\"seq\":%d}"
                .formatted(stream, place.epoch(), place.seq())));
        return "{\"type\":\"hello\",\"session_token\":\"%s\",\"positions\":{%s}}"
                .formatted(token, positions);
    }

    /**
     * Sends messages, now or when it is settled in.
     *
     * @param to a room, or {@code @} and a client's id
     * @param padding makes them larger
     */
    void publish(String to, int count, String padding, @Nullable Line line) {
        var fresh = new ArrayList<Outgoing>();
        for (var i = 0; i < count; i++) {
            var id = name + "-" + ++messages;
            var address = to.startsWith("@")
                    ? "\"type\":\"direct\",\"to\":\"" + to.substring(1)
                    : "\"type\":\"message\",\"room\":\"" + to;
            var message = new Outgoing(
                    "{%s\",\"id\":\"%s\",\"data\":\"%s%s\"}".formatted(address, id, id, padding));
            ledger.sent(id, to);
            unacked.put(id, message);
            fresh.add(message);
        }
        if (settledIn && line != null) {
            write(line, fresh);
        }
    }

    private static void write(Line line, Collection<Outgoing> messages) {
        messages.forEach(message -> message.written = true);
        try {
            line.send(messages.stream().map(message -> message.text).toList());
        } catch (IOException broken) {
            // Its reader notices, and what is unacked is sent again.
        }
    }

    /** Takes what the server said on the current connection. */
    void took(Line line, JsonNode message) {
        switch (Json.type(message)) {
            case "welcome" -> welcomed(line, message);
            case "reconnection_ack" -> resumed(line, message);
            case "session_token" -> token = message.path("session_token").asString();
            case "message", "direct" -> given(message);
            case "gap" -> missed(message);
            case "ack" -> acked(line, message);
            case "error" -> failed(message);
            default -> {
                // Presence and the like: not sequenced, not counted.
            }
        }
    }

    private void welcomed(Line line, JsonNode welcome) {
        token = welcome.path("session_token").asString();
        for (var stream : welcome.path("streams").properties()) {
            begin(stream.getKey(), stream.getValue());
        }
        joinOrGoOn(line);
    }

    private void begin(String stream, JsonNode at) {
        var place = new Place(at.path("epoch").asString(), at.path("seq").asLong(0));
        places.put(stream, place);
        ledger.joined(name, stream, place);
    }

    private void resumed(Line line, JsonNode ack) {
        token = ack.path("session_token").asString();
        resumes++;
        if (!ack.path("session_restored").asBoolean()) {
            loseSession(ack);
        }
        for (var stream : ack.path("streams").properties()) {
            resumed(stream.getKey(), stream.getValue());
        }
        for (var stream : places.keySet()) {
            if (ack.path("streams").path(stream).isMissingNode()) {
                ledger.breach(name + " was not given back its stream " + stream);
            }
        }
        joinOrGoOn(line);
    }

    private void resumed(String stream, JsonNode told) {
        var head = told.path("head").asLong();
        var recovered = told.path("recovered").asLong();
        var epoch = told.path("epoch").asString();
        var place = places.get(stream);
        if (place == null || !place.epoch().equals(epoch)) {
            if (place != null && !told.path("gap").has("reason")) {
                ledger.breach(name + " is told nothing of the new epoch of " + stream);
            }
            var fresh = new Place(epoch, head - recovered);
            places.put(stream, fresh);
            ledger.joined(name, stream, fresh);
        } else if (told.has("gap")) {
            gap(stream, told.path("gap"), false);
        }
        ledger.resumed(name, stream, head, recovered);
    }

    /** Another session: what it published is in doubt, and it belongs to no room yet. */
    private void loseSession(JsonNode ack) {
        ledger.sessionLost(name);
        places.keySet().removeIf(stream -> ack.path("streams").path(stream).isMissingNode());
        unacked.values().removeIf(message -> {
            if (message.written) {
                counts.outcomeUnknown.incrementAndGet();
            }
            return message.written;
        });
    }

    private void joinOrGoOn(Line line) {
        var absent = new ArrayList<>(rooms);
        absent.removeAll(places.keySet());
        if (!absent.isEmpty()) {
            join(line, absent.getFirst());
            return;
        }
        settledIn = true;
        for (var entry : unacked.entrySet()) {
            var message = entry.getValue();
            if (message.written) {
                counts.resent.incrementAndGet();
                message.seenBeforeResend |= ledger.isSeen(entry.getKey());
            }
        }
        write(line, unacked.values());
    }

    private static void join(Line line, String room) {
        try {
            line.send("{\"type\":\"join\",\"room\":\"" + room + "\"}");
        } catch (IOException broken) {
            // Its reader notices, and what it still lacks is joined after the next hello.
        }
    }

    private void given(JsonNode message) {
        var stream = message.path("stream").asString("");
        var seq = message.path("seq").asLong(0);
        var id = message.path("id").asString("");
        var from = message.path("from").asString("");
        ledger.seen(name, stream, seq, id);
        if (!id.startsWith(from + "-") || !message.path("data").asString("").startsWith(id)) {
            ledger.breach("%s has %s of %s with somebody else's data".formatted(name, id, from));
        }
        places.computeIfPresent(stream, (known, place) -> new Place(place.epoch(), seq));
    }

    private void missed(JsonNode message) {
        gap(message.path("stream").asString(""), message, true);
    }

    private void gap(String stream, JsonNode gap, boolean inBand) {
        if (!gap.has("to")) {
            ledger.breach(name + " has a gap without bounds in " + stream + ": " + gap);
            return;
        }
        var to = gap.path("to").asLong();
        ledger.gap(name, stream, gap.path("from").asLong(), to, inBand);
        places.computeIfPresent(stream, (known, place) -> new Place(place.epoch(), to));
    }

    private void acked(Line line, JsonNode ack) {
        if (ack.has("epoch")) {
            begin(ack.path("stream").asString(), ack);
            joinOrGoOn(line);
            return;
        }
        var id = ack.path("id").asString("");
        var message = unacked.remove(id);
        if (message == null) {
            ledger.breach(name + " has an ack that it does not wait for: " + ack);
            return;
        }
        if (message.seenBeforeResend) {
            counts.deduplicated.incrementAndGet();
        }
        if (ack.path("status").asString("").equals("queued")) {
            counts.queued.incrementAndGet();
        }
        ledger.acked(id, ack.path("stream").asString(""), ack.path("seq").asLong(0));
    }

    private void failed(JsonNode error) {
        var id = error.path("id").asString("");
        if (unacked.remove(id) != null) {
            ledger.refused(id, error.toString());
        } else if (!error.path("code").asString("").equals("unknown_stream")) {
            ledger.breach(name + " has an error: " + error);
        }
    }
}
