package io.holdfast.benchmarks;

import io.holdfast.benchmarks.load.EchoLoad;
import io.holdfast.benchmarks.load.FanOutLoad;
import io.holdfast.benchmarks.load.Load;
import io.holdfast.benchmarks.load.Wire;

/** What is measured by the message. */
public enum Workload {
    ECHO("echo", "answer"),
    FAN_OUT_1("fan-out, 1 outstanding", "delivery"),
    FAN_OUT_32("fan-out, 32 outstanding", "delivery");

    private final String title;
    private final String unit;

    Workload(String title, String unit) {
        this.title = title;
        this.unit = unit;
    }

    String title() {
        return title;
    }

    /** What is counted. */
    String unit() {
        return unit;
    }

    Load load(Wire wire, Settings settings, int fanOutPayloadBytes) {
        return switch (this) {
            case ECHO ->
                new EchoLoad(wire, settings.echoConnections(), settings.echoPayloadBytes());
            case FAN_OUT_1 -> new FanOutLoad(wire, settings.subscribers(), 1, fanOutPayloadBytes);
            case FAN_OUT_32 -> new FanOutLoad(wire, settings.subscribers(), 32, fanOutPayloadBytes);
        };
    }
}
