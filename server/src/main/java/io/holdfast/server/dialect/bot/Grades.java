package io.holdfast.server.dialect.bot;

import io.holdfast.protocol.quality.Grade;
import io.holdfast.server.metrics.Metrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** How many bots' connections are of which quality, as a metric. Thread-safe. */
final class Grades {
    private final Map<Grade, AtomicInteger> counts = new EnumMap<>(Grade.class);

    Grades(Metrics metrics) {
        for (Grade grade : Grade.values()) {
            AtomicInteger count = new AtomicInteger();
            counts.put(grade, count);
            metrics.gauge(
                    "holdfast.connection.quality",
                    "Connections of bots by their quality.",
                    "grade",
                    grade.label(),
                    count::get);
        }
    }

    /** A connection has another grade; null is that of one that is not there. */
    void changed(@Nullable Grade from, @Nullable Grade to) {
        count(from, -1);
        count(to, 1);
    }

    private void count(@Nullable Grade grade, int by) {
        AtomicInteger count = grade == null ? null : counts.get(grade);
        if (count != null) {
            count.addAndGet(by);
        }
    }
}
