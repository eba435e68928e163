package io.holdfast.protocol.websocket;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A sink that writes down what it is told, so that two runs can be compared. */
final class RecordedEvents implements FrameSink {

    final List<String> events = new ArrayList<>();
    int violations;

    @Override
    public void text(byte[] bytes, int from, int to) {
        add("text", bytes, from, to);
    }

    @Override
    public void binary(byte[] bytes, int from, int to) {
        add("binary", bytes, from, to);
    }

    @Override
    public void ping(byte[] bytes, int from, int to) {
        add("ping", bytes, from, to);
    }

    @Override
    public void pong(byte[] bytes, int from, int to) {
        add("pong", bytes, from, to);
    }

    @Override
    public void close(int code, String reason) {
        events.add("close " + code + " " + reason);
    }

    @Override
    public void violation(int closeCode, String reason) {
        violations++;
        events.add("violation " + closeCode + " " + reason);
    }

    private void add(String kind, byte[] bytes, int from, int to) {
        events.add(kind + " " + HexFormat.of().formatHex(bytes, from, to));
    }
}
