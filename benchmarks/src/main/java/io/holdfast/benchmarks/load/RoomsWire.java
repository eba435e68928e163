package io.holdfast.benchmarks.load;

import java.util.List;

/**
 * Holdfast's dialect {@code rooms}. An echo is a message into a room that the connection has to
 * itself, answered by its {@code ack}: the server parses it, routes it to the room and answers. A
 * delivery is a message in the lobby.
 */
public record RoomsWire() implements Wire {
    @Override
    public String echoPath(int connection) {
        return "/ws/e" + connection;
    }

    @Override
    public String publisherPath() {
        return "/ws/publisher";
    }

    @Override
    public String subscriberPath(int connection) {
        return "/ws/s" + connection;
    }

    @Override
    public List<byte[]> echoPreparation(int connection) {
        return List.of(
                Frames.text("{\"type\":\"join\",\"room\":\"r" + connection + "\"}"),
                Frames.text("{\"type\":\"leave\",\"room\":\"lobby\"}"));
    }

    @Override
    public Request echoRequest(int connection, int payloadBytes) {
        return message("r" + connection, payloadBytes);
    }

    /**
     * {@code payloadBytes} is the length of {@code data}: what an application would call its
     * payload.
     */
    @Override
    public Request publication(int payloadBytes) {
        String before = "{\"type\":\"message\",\"room\":\"lobby\",\"id\":\"";
        String id = "0".repeat(Request.ID_DIGITS);
        return Request.counted(
                before + id + "\",\"data\":\"" + "x".repeat(payloadBytes) + "\"}", before.length());
    }

    /** A message whose whole text is {@code payloadBytes} long, or as short as it can be. */
    private static Request message(String room, int payloadBytes) {
        String before = "{\"type\":\"message\",\"room\":\"" + room + "\",\"id\":\"";
        String after = "\",\"data\":\"";
        int data = payloadBytes - before.length() - Request.ID_DIGITS - after.length() - 2;
        String id = "0".repeat(Request.ID_DIGITS);
        return Request.counted(
                before + id + after + "x".repeat(Math.max(0, data)) + "\"}", before.length());
    }

    @Override
    public boolean isAnswer(String payload) {
        return payload.contains("\"type\":\"ack\"") && payload.contains("\"status\":\"ok\"");
    }

    @Override
    public boolean isDelivery(String payload) {
        return payload.contains("\"type\":\"message\"")
                && payload.contains("\"from\":\"publisher\"");
    }
}
