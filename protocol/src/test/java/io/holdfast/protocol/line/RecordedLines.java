package io.holdfast.protocol.line;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A sink that writes down what it is told, so that two runs can be compared. */
class RecordedLines implements LineSink {

    final List<String> events = new ArrayList<>();
    int violations;

    @Override
    public void text(byte[] bytes, int from, int to) {
        events.add("text " + new String(bytes, from, to - from, StandardCharsets.UTF_8));
    }

    @Override
    public void violation(LineFault fault, String reason) {
        violations++;
        events.add(fault + " " + reason);
    }
}
