package io.holdfast.benchmarks.load;

import java.util.List;

/** How a server is spoken to: which paths, which requests, and what counts as the answer. */
public sealed interface Wire permits PlainWire, RoomsWire, ResumingWire, BotWire {
    /** Whether it is lines over TCP; otherwise WebSockets. */
    default boolean isLines() {
        return false;
    }

    String echoPath(int connection);

    String publisherPath();

    String subscriberPath(int connection);

    /** Frames an echo connection sends once, before its first request. */
    List<byte[]> echoPreparation(int connection);

    /** Frames a subscriber sends once, when it is connected. */
    default List<byte[]> subscriberPreparation() {
        return List.of();
    }

    /** A connection's request, encoded once; {@link Request#next} makes it the following one. */
    Request echoRequest(int connection, int payloadBytes);

    /** The publisher's message, encoded once. */
    Request publication(int payloadBytes);

    /** Whether this payload is what the server sends back for an echo request. */
    boolean isAnswer(String payload);

    /** Whether this payload is a message that the server delivers to a subscriber. */
    boolean isDelivery(String payload);
}
