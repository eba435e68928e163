package io.holdfast.conformance.client;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** A well-behaved WebSocket client, whoever wrote it. */
public interface Client extends AutoCloseable {
    Inbox inbox();

    void send(String text);

    void sendBinary(byte[] bytes);

    /** Starts the closing handshake. */
    void leave(int code, String reason);

    /** Drops the connection without a word; harmless when it has ended already. */
    @Override
    void close();

    default void leave() {
        leave(1000, "bye");
    }

    default JsonNode next() {
        return inbox().next();
    }

    default JsonNode next(String type) {
        return inbox().next(type);
    }

    /** Sends, and gives the next answer of this type; what comes before it is dropped. */
    default JsonNode ask(String text, String answerType) {
        send(text);
        return next(answerType);
    }

    /** Everything that arrives before the answer to a ping, without that answer. */
    default List<JsonNode> everythingUntilPong() {
        send("{\"type\":\"ping\"}");
        var seen = inbox().upTo(message -> Json.type(message).equals("pong"));
        return seen.subList(0, seen.size() - 1);
    }
}
