package io.holdfast.conformance.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.conformance.client.Inbox;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What a process printed on one of its streams, line by line. Filled by a thread of its own. */
public final class Lines {
    private final String name;
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;
    private boolean ended;

    Lines(String name, InputStream stream) {
        this.name = name;
        this.reader = Thread.ofVirtual().start(() -> read(stream));
    }

    private void read(InputStream stream) {
        try (var in = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
            for (String line; (line = in.readLine()) != null; ) {
                add(line);
            }
        } catch (IOException destroyed) {
            // The process was ended by the test.
        }
        synchronized (this) {
            ended = true;
            notifyAll();
        }
    }

    private synchronized void add(String line) {
        lines.add(line);
        notifyAll();
    }

    public synchronized List<String> soFar() {
        return List.copyOf(lines);
    }

    /** All of them, when the process has closed the stream. */
    public List<String> all() {
        try {
            reader.join();
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
        return soFar();
    }

    /** The first line that contains all of these, waiting for it if need be. */
    public String await(String... parts) {
        return await(
                line -> List.of(parts).stream().allMatch(line::contains), "with " + List.of(parts));
    }

    public synchronized String await(Predicate<String> fits, String what) {
        var deadlineNanos = System.nanoTime() + Inbox.PATIENCE.toNanos();
        var next = 0;
        while (true) {
            for (; next < lines.size(); next++) {
                if (fits.test(lines.get(next))) {
                    return lines.get(next);
                }
            }
            var leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (ended || leftMillis <= 0) {
                throw new AssertionError("no line " + what + " on " + name
                        + (ended ? " (ended)" : "") + ", only:\n" + String.join("\n", tail(40)));
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException stopped) {
                throw new AssertionError(stopped);
            }
        }
    }

    public synchronized List<String> tail(int count) {
        return List.copyOf(lines.subList(Math.max(0, lines.size() - count), lines.size()));
    }
}
