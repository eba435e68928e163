package io.holdfast.conformance.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A bot that resumes: it keeps its token, its position in each stream and what was not acked over any
 * number of connections, and checks with every message it reads that nothing came twice, out of
 * order, or was left out without a gap.
 *
 * <p>It knows what the test has read: what arrived and was not read is to be given again. For one
 * thread.
 */
public final class ResumingBot implements AutoCloseable {
    /** Where it is in a stream. */
    public record Position(String epoch, long seq) {}

    private final String clientKey;
    private final String extraHello;
    private final List<String> features;
    private final List<BotClient> connections = new ArrayList<>();
    private final Map<String, Position> positions = new LinkedHashMap<>();
    private final Map<String, String> unacked = new LinkedHashMap<>();
    private final Map<String, JsonNode> answers = new LinkedHashMap<>();
    private final List<JsonNode> messages = new ArrayList<>();
    private final List<JsonNode> gaps = new ArrayList<>();
    private final List<String> tokens = new ArrayList<>();
    private int port;
    private int ids;
    private @Nullable String token;

    private ResumingBot(int port, String clientKey, String extraHello, String... features) {
        this.port = port;
        this.clientKey = clientKey;
        this.extraHello = extraHello;
        this.features = List.of(features);
    }

    /** One that has not connected yet. */
    public static ResumingBot of(int port, String clientKey, String... features) {
        return new ResumingBot(port, clientKey, "", features);
    }

    /** One that says who it is with each hello. */
    public static ResumingBot withToken(int port, String clientKey, String token) {
        return new ResumingBot(port, clientKey, ",\"token\":\"" + token + "\"");
    }

    /** Connects, and says nothing. */
    public ResumingBot dial() {
        return dialled(BotClient.connect(port));
    }

    /** Goes on with a connection that was made otherwise, which has said nothing yet. */
    public ResumingBot dialled(BotClient connection) {
        connections.add(connection);
        return this;
    }

    /** Its server is at another port now. */
    public ResumingBot movedTo(int newPort) {
        port = newPort;
        return this;
    }

    /** Connects, says hello with everything it knows, and gives the welcome's data. */
    public JsonNode come() {
        dial();
        return greeted();
    }

    /** As {@link #come}; when its session goes on it sends again what was not acked. */
    public JsonNode comeBack() {
        var welcome = come();
        if (welcome.path("session_restored").asBoolean(false)) {
            unacked.values().forEach(connection()::send);
        }
        return welcome;
    }

    /** Says hello on the newest connection and reads up to the welcome. */
    public JsonNode greeted() {
        connection().send(hello());
        if (features.contains("length-prefixed")) {
            connection().speakFrames();
        }
        return readTo("welcome").path("data");
    }

    /** What it would say now. */
    public String hello() {
        var text = new StringBuilder("{\"event\":\"hello\",\"data\":{\"client_key\":\"")
                .append(clientKey)
                .append('"')
                .append(extraHello);
        if (!features.isEmpty()) {
            text.append(",\"features\":[\"")
                    .append(String.join("\",\"", features))
                    .append("\"]");
        }
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
        return text.append("}}").toString();
    }

    /** The newest connection. */
    public BotClient connection() {
        return connections.getLast();
    }

    /** Publishes to a room with the next id, which is returned. */
    public String publish(String room, String json) {
        return request("\"event\":\"message\",\"room\":\"" + room + "\",\"data\":" + json);
    }

    public String direct(String to, String json) {
        return request("\"event\":\"direct\",\"to\":\"" + to + "\",\"data\":" + json);
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

    /** Publishes, and gives the ack or error. */
    public JsonNode published(String room, String json) {
        return answerTo(publish(room, json));
    }

    public JsonNode join(String room) {
        return answerTo(request("\"event\":\"join\",\"room\":\"" + room + "\""));
    }

    /** Leaves a room; from the ack on nothing of it may arrive. */
    public void leave(String room) {
        answerTo(request("\"event\":\"leave\",\"room\":\"" + room + "\""));
        positions.remove(room);
    }

    /** Publishes to a room that it is in and reads up to its own message. */
    public void readThroughOwn(String room) {
        var id = publish(room, "\"marker\"");
        readTo(message -> BotClient.event(message).equals("message")
                && message.path("id").asString("").equals(id));
    }

    /** Reads the next message, and remembers what it says. */
    public JsonNode read() {
        var message = connection().next();
        note(message);
        return message;
    }

    public JsonNode readTo(String event) {
        return readTo(message -> BotClient.event(message).equals(event));
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
        return readTo(message -> BotClient.event(message).equals("message")
                && message.path("stream").asString("").equals(stream));
    }

    /** Reads until it is at that seq of the stream. */
    public void readUntil(String stream, long seq) {
        while (position(stream).seq() < seq) {
            read();
        }
    }

    private void note(JsonNode message) {
        var data = message.path("data");
        var stream = message.path("stream").asString("");
        switch (BotClient.event(message)) {
            case "welcome" -> {
                newToken(data);
                if (data.has("session_restored")) {
                    goOn(data);
                } else {
                    begin(data);
                }
            }
            case "session_token" -> newToken(data);
            case "ack", "error" -> answered(message, stream);
            case "gap" -> gap(data, stream);
            default -> {
                if (message.has("seq")) {
                    sequenced(message, stream);
                }
            }
        }
    }

    private void newToken(JsonNode data) {
        token = data.path("session_token").asString();
        tokens.add(token);
    }

    private void begin(JsonNode welcome) {
        positions.clear();
        welcome.path("streams")
                .forEachEntry((stream, at) -> positions.put(
                        stream,
                        new Position(at.path("epoch").asString(), at.path("seq").asLong())));
    }

    private void goOn(JsonNode welcome) {
        var before = Map.copyOf(positions);
        positions.clear();
        welcome.path("streams").forEachEntry((stream, now) -> {
            var from = now.path("head").asLong() - now.path("recovered").asLong();
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
        var epoch = answer.path("data").path("epoch").asString("");
        if (!epoch.isEmpty()) {
            positions.put(stream, new Position(epoch, answer.path("seq").asLong()));
        }
    }

    private void gap(JsonNode bounds, String stream) {
        var at = position(stream);
        check(
                bounds.path("from").asLong() == at.seq() + 1
                        && bounds.path("to").asLong() > at.seq(),
                "it is at " + at + " of " + stream + " and is told " + bounds);
        gaps.add(bounds);
        positions.put(stream, new Position(at.epoch(), bounds.path("to").asLong()));
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
            throw new AssertionError(clientKey + ": " + what);
        }
    }

    public Position position(String stream) {
        var position = positions.get(stream);
        if (position == null) {
            throw new AssertionError(
                    clientKey + " is not in " + stream + ", only in " + positions.keySet());
        }
        return position;
    }

    /** Makes it believe that it is somewhere else. */
    public void position(String stream, Position position) {
        positions.put(stream, position);
    }

    /** Makes it forget where it was in all streams. */
    public void forgetPositions() {
        positions.clear();
    }

    public String token() {
        return String.valueOf(token);
    }

    public void token(@Nullable String other) {
        token = other;
    }

    /** All that it was ever given. */
    public List<String> tokens() {
        return List.copyOf(tokens);
    }

    /** The ids of what it has sent and has not been answered. */
    public List<String> unacked() {
        return List.copyOf(unacked.keySet());
    }

    /** The data of all that it was given of a stream, as JSON texts. */
    public List<String> data(String stream) {
        return messages.stream()
                .filter(message -> message.path("stream").asString("").equals(stream))
                .map(message -> message.path("data").toString())
                .toList();
    }

    /** The bounds of the gaps that it was told of in band. */
    public List<JsonNode> gaps() {
        return List.copyOf(gaps);
    }

    @Override
    public void close() {
        connections.forEach(BotClient::close);
    }
}
