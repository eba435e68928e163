package io.holdfast.benchmarks.storm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** When clients of the fleet arrived, by the log of the server: its own clock and its own count. */
public final class ServerLog {
    /** Not of the fleet. An application of the deepstream dialect has no name yet at this point. */
    private static final String CORRESPONDENT = "\"client_id\":\"correspondent\"";

    private static final Pattern CONNECTED =
            Pattern.compile("\\{\"time\":\"([^\"]+)\".*\"event\":\"connected\".*");

    private ServerLog() {}

    /** On the scale of {@link System#nanoTime}, in the order of the log. */
    public static List<Long> arrivals(Path log) throws IOException {
        long nowMillis = System.currentTimeMillis();
        long nowNanos = System.nanoTime();
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> !line.contains(CORRESPONDENT))
                    .map(CONNECTED::matcher)
                    .filter(Matcher::matches)
                    .map(line -> Instant.parse(line.group(1)).toEpochMilli())
                    .map(millis -> nowNanos - TimeUnit.MILLISECONDS.toNanos(nowMillis - millis))
                    .toList();
        }
    }
}
