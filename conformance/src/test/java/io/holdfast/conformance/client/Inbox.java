package io.holdfast.conformance.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * What one client received, in order. Filled by the client's own thread, read by the test's.
 *
 * <p>Whoever waits here for something that does not come fails after {@link #PATIENCE}, with what
 * came instead: long enough for a loaded machine, and never waited out by a test that passes.
 */
public final class Inbox {
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    /** A text, and when it arrived ({@link System#nanoTime}). */
    public record Arrival(String text, long atNanos) {}

    private final String owner;
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final CompletableFuture<Closed> closed = new CompletableFuture<>();
    private final AtomicInteger pings = new AtomicInteger();

    Inbox(String owner) {
        this.owner = owner;
    }

    void arrived(String text) {
        arrivals.add(new Arrival(text, System.nanoTime()));
    }

    void pinged() {
        pings.incrementAndGet();
    }

    void ended(int code, String reason) {
        closed.complete(new Closed(code, reason));
    }

    /** RFC 6455 pings received so far. */
    public int pings() {
        return pings.get();
    }

    public boolean isClosed() {
        return closed.isDone();
    }

    public boolean isEmpty() {
        return arrivals.isEmpty();
    }

    public Arrival nextArrival() {
        return nextArrival(PATIENCE, "another message");
    }

    public String nextText() {
        return nextArrival().text();
    }

    public JsonNode next() {
        return Json.parse(nextText());
    }

    /** The next message of this type; others before it are dropped. */
    public JsonNode next(String type) {
        return next(type, PATIENCE);
    }

    public JsonNode next(String type, Duration patience) {
        return upTo(
                        message -> Json.type(message).equals(type),
                        patience,
                        "a message of type " + type)
                .getLast();
    }

    /** Everything up to the first message that fits, which is the last of the list. */
    public List<JsonNode> upTo(Predicate<JsonNode> fits) {
        return upTo(fits, PATIENCE, "the awaited message");
    }

    private List<JsonNode> upTo(Predicate<JsonNode> fits, Duration patience, String what) {
        var deadlineNanos = System.nanoTime() + patience.toNanos();
        var seen = new ArrayList<JsonNode>();
        while (true) {
            var left = Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
            var arrival = nextArrival(left, what + " after " + shorten(seen));
            var message = Json.parse(arrival.text());
            seen.add(message);
            if (fits.test(message)) {
                return seen;
            }
        }
    }

    public Closed awaitClose() {
        return awaitClose(PATIENCE);
    }

    public Closed awaitClose(Duration patience) {
        try {
            return closed.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException stillOpen) {
            throw new AssertionError(
                    owner + " expected to be closed, and is still open", stillOpen);
        } catch (InterruptedException | ExecutionException broken) {
            throw new AssertionError(broken);
        }
    }

    private Arrival nextArrival(Duration patience, String what) {
        try {
            var arrival = arrivals.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (arrival == null) {
                throw new AssertionError(owner + " expected " + what + ", and got nothing"
                        + (closed.isDone() ? ": closed with " + closed.getNow(null) : ""));
            }
            return arrival;
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    private static String shorten(List<JsonNode> seen) {
        return seen.size() <= 5 ? seen.toString() : seen.size() + " others";
    }
}
