package io.holdfast.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;

/**
 * Holdfast's dialect {@code bot} over TCP, one line a message; the same work as {@link RoomsWire}'s
 * echo: a message into a room that the connection has to itself, answered by its {@code ack}.
 */
public record BotWire() implements Wire {
    @Override
    public boolean isLines() {
        return true;
    }

    @Override
    public String echoPath(int connection) {
        throw noPaths();
    }

    @Override
    public String publisherPath() {
        throw noPaths();
    }

    @Override
    public String subscriberPath(int connection) {
        throw noPaths();
    }

    private static UnsupportedOperationException noPaths() {
        return new UnsupportedOperationException("TCP has no paths; connect to the bot port");
    }

    @Override
    public List<byte[]> echoPreparation(int connection) {
        return List.of(
                line("{\"event\":\"join\",\"room\":\"r" + connection + "\"}"),
                line("{\"event\":\"leave\",\"room\":\"bot\"}"));
    }

    private static byte[] line(String json) {
        return (json + "\n").getBytes(US_ASCII);
    }

    @Override
    public Request echoRequest(int connection, int payloadBytes) {
        String before = "{\"event\":\"message\",\"room\":\"r" + connection + "\",\"id\":\"";
        String after = "\",\"data\":\"";
        int data = payloadBytes - before.length() - Request.ID_DIGITS - after.length() - 2;
        String id = "0".repeat(Request.ID_DIGITS);
        return Request.countedLine(
                before + id + after + "x".repeat(Math.max(0, data)) + "\"}", before.length());
    }

    @Override
    public Request publication(int payloadBytes) {
        throw new UnsupportedOperationException("bots take part in echo only");
    }

    @Override
    public boolean isAnswer(String payload) {
        return payload.contains("\"event\":\"ack\"") && payload.contains("\"status\":\"ok\"");
    }

    @Override
    public boolean isDelivery(String payload) {
        return payload.contains("\"event\":\"message\"");
    }
}
