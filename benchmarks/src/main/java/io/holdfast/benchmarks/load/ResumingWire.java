package io.holdfast.benchmarks.load;

import java.util.List;

/**
 * {@link RoomsWire} with subscribers that resume: they greet the server, and their deliveries carry
 * {@code stream} and {@code seq}. The publisher stays plain.
 */
public record ResumingWire(RoomsWire plain) implements Wire {
    public ResumingWire() {
        this(new RoomsWire());
    }

    @Override
    public String echoPath(int connection) {
        return plain.echoPath(connection);
    }

    @Override
    public String publisherPath() {
        return plain.publisherPath();
    }

    @Override
    public String subscriberPath(int connection) {
        return plain.subscriberPath(connection) + ResumePosition.ASK;
    }

    @Override
    public List<byte[]> echoPreparation(int connection) {
        return plain.echoPreparation(connection);
    }

    @Override
    public List<byte[]> subscriberPreparation() {
        return List.of(ResumePosition.firstHello());
    }

    @Override
    public Request echoRequest(int connection, int payloadBytes) {
        return plain.echoRequest(connection, payloadBytes);
    }

    @Override
    public Request publication(int payloadBytes) {
        return plain.publication(payloadBytes);
    }

    @Override
    public boolean isAnswer(String payload) {
        return plain.isAnswer(payload);
    }

    @Override
    public boolean isDelivery(String payload) {
        return Sequenced.isInLobby(payload) && plain.isDelivery(payload);
    }
}
