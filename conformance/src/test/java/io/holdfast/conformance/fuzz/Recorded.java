package io.holdfast.conformance.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.holdfast.protocol.line.LineFault;
import io.holdfast.protocol.line.LineSink;
import io.holdfast.protocol.websocket.FrameSink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes down what a decoder says, so that two runs can be compared, and holds it to what is true
 * of every run.
 */
class Recorded implements LineSink, FrameSink {
    private static final int MAX_CONTROL_BYTES = 125;
    private static final int MAX_REASON_BYTES = 123;

    private final int maxMessageBytes;
    private final List<String> events = new ArrayList<>();
    private boolean over;

    Recorded(int maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
    }

    /** The kind of each and, a byte a character, what it held. */
    List<String> events() {
        return events;
    }

    /** Whether the last call was one that is said to be the last. */
    boolean isOver() {
        return over;
    }

    static String textEvent(byte[] bytes) {
        return "text " + new String(bytes, ISO_8859_1);
    }

    @Override
    public void text(byte[] bytes, int from, int to) {
        Invariant.holds(
                Invariant.isUtf8(Arrays.copyOfRange(bytes, from, to)), "a text is valid UTF-8");
        message("text ", bytes, from, to);
    }

    @Override
    public void binary(byte[] bytes, int from, int to) {
        message("binary ", bytes, from, to);
    }

    @Override
    public void ping(byte[] bytes, int from, int to) {
        Invariant.holds(to - from <= MAX_CONTROL_BYTES, "a ping has at most 125 bytes");
        add("ping ", bytes, from, to);
    }

    @Override
    public void pong(byte[] bytes, int from, int to) {
        Invariant.holds(to - from <= MAX_CONTROL_BYTES, "a pong has at most 125 bytes");
        add("pong ", bytes, from, to);
    }

    @Override
    public void close(int code, String reason) {
        end("close " + code + " " + reason);
    }

    @Override
    public void violation(int closeCode, String reason) {
        Invariant.holds(reason.length() <= MAX_REASON_BYTES, "a reason fits into a close frame");
        Invariant.holds(
                closeCode == 1002 || closeCode == 1007 || closeCode == 1009,
                "a violation closes with 1002, 1007 or 1009");
        violation(Integer.toString(closeCode), reason);
    }

    @Override
    public void violation(LineFault fault, String reason) {
        violation(fault.name(), reason);
    }

    private void violation(String code, String reason) {
        Invariant.holds(
                reason.chars().allMatch(c -> c >= 0x20 && c < 0x7F), "a reason is plain ASCII");
        end("violation " + code);
    }

    private void message(String kind, byte[] bytes, int from, int to) {
        Invariant.holds(to - from <= maxMessageBytes, "no message is longer than the limit");
        add(kind, bytes, from, to);
    }

    private void add(String kind, byte[] bytes, int from, int to) {
        Invariant.holds(!over, "nothing comes behind the last call");
        events.add(kind + new String(bytes, from, to - from, ISO_8859_1));
    }

    private void end(String event) {
        Invariant.holds(!over, "nothing comes behind the last call");
        over = true;
        events.add(event);
    }
}
