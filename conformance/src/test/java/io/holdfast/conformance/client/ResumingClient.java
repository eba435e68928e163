package io.holdfast.conformance.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A client that resumes: it keeps its token, its position in each stream and what was not acked over
 * any number of connections, and checks with every message it reads that nothing came twice, out of
 * order, or was left out without a gap.
 *
 * <p>It knows what the test has read: a message that arrived and was not read is one that it has to
 * be given again. For one thread.
 */
public final class ResumingClient implements AutoCloseable {
    /** Where it is in a stream. */
    public record Position(String epoch, long seq) {}

    private final String path;
    private final String[] headers;
    private final List<CuttableClient> connections = new ArrayList<>();
    private final Map<String, Position> positions = new LinkedHashMap<>();
    private final Map<String, String> unacked = new LinkedHashMap<>();
    private final Map<String, JsonNode> answers = new LinkedHashMap<>();
    private final List<JsonNode> messages = new ArrayList<>();
    private final List<JsonNode> gaps = new ArrayList<>();
    private int port;
    private int ids;
    private @Nullable String token;

    private ResumingClient(int port, String path, String... headers) {
        this.port = port;
        this.path = path;
        this.headers = headers;
    }

    /** One that has not connected yet. */
    public static ResumingClient of(int port, String path, String... headers) {
        return new ResumingClient(port, path, headers);
    }

    /** Another that knows what this one knows, its token included. */
    public ResumingClient twin() {
        var twin = new ResumingClient(port, path, headers);
        twin.token = token;
        twin.positions.putAll(positions);
        return twin;
    }

    /** Connects, and says nothing. */
    public ResumingClient dial() {
        connections.add(CuttableClient.connect(port, path + "?resume=1", headers));
        return this;
    }

    /** Its server is at another port now. */
    public ResumingClient movedTo(int newPort) {
        port = newPort;
        return this;
    }

    /** Connects, says hello with everything it knows, and gives the answer. */
    public JsonNode come() {
        return dial().greet(hello());
    }

    /** As {@link #come}; when its session goes on it sends again what was not acked. */
    public JsonNode comeBack() {
        var answer = come();
        if (answer.path("session_restored").asBoolean(false)) {
            unacked.values().forEach(connection()::send);
        }
        return answer;
    }

    /** Says this hello and reads up to the answer. */
    public JsonNode greet(String hello) {
        connection().send(hello);
        return readTo(message -> switch (Json.type(message)) {
            case "welcome", "reconnection_ack", "ready_ack" -> true;
            default -> false;
        });
    }

    /** What it would say now. */
    public String hello() {
        return "{\"type\":\"hello\"" + helloFields() + "}";
    }

    /** The token and the positions, as fields behind others. */
    public String helloFields() {
        var text = new StringBuilder();
        if (token != null) {
            text.append(",\"session_token\":\"").append(token).append('"');
        }
        if (!positions.isEmpty()) {
            text.append(",\"positions\":{");
            var separator = "";
            for (var entry : positions.entrySet()) {
                text.append(separator)
                        .append('"')
                        .append(entry.getKey())
                        .append("\":{\"epoch\":\"")
                        .append(entry.getValue().epoch())
                        .append("\",\"seq\":")
                        .append(entry.getValue().seq())
                        .append('}');
                separator = ",";
            }
            text.append('}');
        }
        return text.toString();
    }

    /** The newest connection. */
    public CuttableClient connection() {
        if (connections.isEmpty()) {
            throw new IllegalStateException("it has not connected yet");
        }
        return connections.getLast();
    }

    /** Publishes to a room with the next id, which is returned. */
    public String publish(String room, String json) {
        return request("\"type\":\"message\",\"room\":\"" + room + "\",\"data\":" + json);
    }

    public String direct(String to, String json) {
        return request("\"type\":\"direct\",\"to\":\"" + to + "\",\"data\":" + json);
    }

    /** Sends a message of these fields with the next id, which is returned. */
    public String request(String fields) {
        var id = "m" + ++ids;
        var text = "{" + fields + ",\"id\":\"" + id + "\"}";
        unacked.put(id, text);
        connection().send(text);
        return id;
    }

    /** The ack or error to a request, read up to it unless it has been read before. */
    public JsonNode answerTo(String id) {
        while (!answers.containsKey(id)) {
            read();
        }
        return answers.get(id);
    }

    public JsonNode join(String room) {
        return answerTo(request("\"type\":\"join\",\"room\":\"" + room + "\""));
    }

    /** Leaves a room; from the ack on nothing of it may arrive. */
    public void leave(String room) {
        answerTo(request("\"type\":\"leave\",\"room\":\"" + room + "\""));
        positions.remove(room);
    }

    /** Reads what has arrived, and waits for nothing. */
    public void readArrived() {
        while (!connection().inbox().isEmpty()) {
            read();
        }
    }

    public boolean isIn(String stream) {
        return positions.containsKey(stream);
    }

    /** The answers to all that was answered, by id. */
    public Map<String, JsonNode> answers() {
        return Map.copyOf(answers);
    }

    /** Publishes, and gives the ack or error. */
    public JsonNode published(String room, String json) {
        return answerTo(publish(room, json));
    }

    /** Publishes to a room that it is in and reads up to its own message. */
    public List<JsonNode> readThroughOwn(String room) {
        var id = publish(room, "\"marker\"");
        var seen = new ArrayList<JsonNode>();
        do {
            seen.add(read());
        } while (!isMessage(seen.getLast(), id));
        return seen;
    }

    private static boolean isMessage(JsonNode message, String id) {
        return message.has("seq")
                && message.has("data")
                && message.path("id").asString("").equals(id);
    }

    /** Reads the next message, and remembers what it says. */
    public JsonNode read() {
        var message = connection().next();
        note(message);
        return message;
    }

    public JsonNode readTo(String type) {
        return readTo(message -> Json.type(message).equals(type));
    }

    public JsonNode readTo(Predicate<JsonNode> fits) {
        while (true) {
            var message = read();
            if (fits.test(message)) {
                return message;
            }
        }
    }

    /** The next message of a stream. */
    public JsonNode readMessage(String stream) {
        return readTo(message ->
                message.has("data") && message.path("stream").asString("").equals(stream));
    }

    /** Reads until it is at that seq of the stream. */
    public void readUntil(String stream, long seq) {
        while (position(stream).seq() < seq) {
            read();
        }
    }

    private void note(JsonNode message) {
        if (message.has("session_token")) {
            token = message.path("session_token").asString();
        }
        var stream = message.path("stream").asString("");
        switch (Json.type(message)) {
            case "welcome", "ready_ack" -> begin(message);
            case "reconnection_ack" -> goOn(message);
            case "ack", "error" -> answered(message, stream);
            case "gap" -> gap(message, stream);
            default -> {
                if (message.has("seq")) {
                    sequenced(message, stream);
                }
            }
        }
    }

    private void begin(JsonNode welcome) {
        positions.clear();
        welcome.path("streams")
                .forEachEntry((stream, at) -> positions.put(
                        stream,
                        new Position(at.path("epoch").asString(), at.path("seq").asLong())));
    }

    private void goOn(JsonNode ack) {
        var before = Map.copyOf(positions);
        positions.clear();
        ack.path("streams").forEachEntry((stream, now) -> {
            var head = now.path("head").asLong();
            var from = head - now.path("recovered").asLong();
            var epoch = now.path("epoch").asString();
            var was = before.get(stream);
            var gap = now.path("gap");
            if (was != null && !gap.has("reason")) {
                var missing = gap.isMissingNode() ? 0 : from - was.seq();
                var told = gap.path("from").asLong() == was.seq() + 1
                        && gap.path("to").asLong() == from;
                check(
                        was.epoch().equals(epoch)
                                && was.seq() + missing == from
                                && (missing == 0 || told),
                        "it was at " + was + " of " + stream + " and is told " + now);
            }
            positions.put(stream, new Position(epoch, from));
        });
    }

    private void answered(JsonNode answer, String stream) {
        var id = answer.path("id").asString("");
        if (!id.isEmpty()) {
            answers.put(id, answer);
            unacked.remove(id);
        }
        if (answer.has("epoch")) {
            positions.put(
                    stream,
                    new Position(
                            answer.path("epoch").asString(), answer.path("seq").asLong()));
        }
    }

    private void gap(JsonNode gap, String stream) {
        var at = position(stream);
        check(
                gap.path("from").asLong() == at.seq() + 1 && gap.path("to").asLong() > at.seq(),
                "it is at " + at + " of " + stream + " and is told " + gap);
        gaps.add(gap);
        positions.put(stream, new Position(at.epoch(), gap.path("to").asLong()));
    }

    private void sequenced(JsonNode message, String stream) {
        var at = position(stream);
        var seq = message.path("seq").asLong();
        check(
                seq == at.seq() + 1,
                "it is at " + at + " of " + stream + " and is given "
                        + Json.shorten(message.toString()));
        messages.add(message);
        positions.put(stream, new Position(at.epoch(), seq));
    }

    private void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(path + ": " + what);
        }
    }

    public Position position(String stream) {
        var position = positions.get(stream);
        if (position == null) {
            throw new AssertionError(
                    path + " is not in " + stream + ", only in " + positions.keySet());
        }
        return position;
    }

    /** Makes it believe that it is somewhere else. */
    public void position(String stream, Position position) {
        positions.put(stream, position);
    }

    /** Makes it forget where it was. */
    public void forget(String stream) {
        positions.remove(stream);
    }

    public String token() {
        return String.valueOf(token);
    }

    public void token(@Nullable String other) {
        token = other;
    }

    /** The ids of what it has sent and has not been answered. */
    public List<String> unacked() {
        return List.copyOf(unacked.keySet());
    }

    /** All that it was given of a stream, in order. */
    public List<JsonNode> messages(String stream) {
        return messages.stream()
                .filter(message -> message.path("stream").asString("").equals(stream))
                .toList();
    }

    /** All that it was given of all streams. */
    public List<JsonNode> allMessages() {
        return List.copyOf(messages);
    }

    /** The data of all that it was given of a stream, as JSON texts. */
    public List<String> data(String stream) {
        return messages(stream).stream()
                .map(message -> message.path("data").toString())
                .toList();
    }

    /** The gaps that it was told of in band. */
    public List<JsonNode> gaps() {
        return List.copyOf(gaps);
    }

    @Override
    public void close() {
        connections.forEach(CuttableClient::close);
    }
}
