package io.holdfast.benchmarks.load;

import java.util.List;

/** Bare Netty and the peers: text in, the same text out. */
public record PlainWire() implements Wire {
    public static final String ECHO = "/echo";
    public static final String PUBLISH = "/publish";
    public static final String SUBSCRIBE = "/subscribe";

    @Override
    public String echoPath(int connection) {
        return ECHO;
    }

    @Override
    public String publisherPath() {
        return PUBLISH;
    }

    @Override
    public String subscriberPath(int connection) {
        return SUBSCRIBE;
    }

    @Override
    public List<byte[]> echoPreparation(int connection) {
        return List.of();
    }

    @Override
    public Request echoRequest(int connection, int payloadBytes) {
        return Request.constant("x".repeat(payloadBytes));
    }

    @Override
    public Request publication(int payloadBytes) {
        return Request.constant("x".repeat(payloadBytes));
    }

    @Override
    public boolean isAnswer(String payload) {
        return payload.startsWith("x");
    }

    @Override
    public boolean isDelivery(String payload) {
        return payload.startsWith("x");
    }
}
