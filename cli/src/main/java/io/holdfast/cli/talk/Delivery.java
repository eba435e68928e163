package io.holdfast.cli.talk;

import io.holdfast.client.Ack;
import io.holdfast.client.ClientBuilder;
import io.holdfast.client.ClientException;
import io.holdfast.client.ErrorKind;
import io.holdfast.client.Event;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.json.JsonObject;
import io.holdfast.client.json.JsonWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way to the server, each with its outcome: what {@code holdfast send} does. Used
 * once. Over reconnects the client sends again what is not acked, under the same id.
 */
public final class Delivery {
    private record Sent(long line, CompletableFuture<Ack> outcome) {}

    /** The last element; nothing comes after it. */
    private static final Sent END = new Sent(0, new CompletableFuture<>());

    private final ClientBuilder builder;
    private final Target target;
    private final boolean text;
    private final boolean json;
    private final PrintWriter out;
    private final PrintWriter err;

    /** In the order of sending; no more than the window lets through. */
    private final BlockingQueue<Sent> inFlight = new LinkedBlockingQueue<>();

    private final Semaphore window = new Semaphore(Window.SIZE);
    /** Held while a line is sent: none may slip through when it has stopped. */
    private final Object stopping = new Object();

    private volatile @Nullable ClientException connection;
    /** What was told of it last; the listener's. */
    private String told = "";
    /** No more is read: something was not acked, and what follows may build on it. */
    private volatile boolean stopped;

    private long acked;
    private int status = ExitStatus.ACKED;

    /**
     * @param text whether messages are texts; otherwise JSON
     * @param json whether outcomes are printed as JSON
     */
    public Delivery(
            ClientBuilder builder,
            Target target,
            boolean text,
            boolean json,
            PrintWriter out,
            PrintWriter err) {
        this.builder = builder.resume().listener(this::on);
        this.target = target;
        this.text = text;
        this.json = json;
        this.out = out;
        this.err = err;
    }

    /**
     * Sends one message and waits for its outcome.
     *
     * @throws IllegalArgumentException in one sentence when options or the message do not fit
     */
    public int one(String message) throws InterruptedException {
        requireJson(message); // Before anything is heard of a connection.
        try (HoldfastClient client = builder.open()) {
            finish(new Sent(0, send(client, message)));
        }
        return exitStatus();
    }

    /**
     * Sends each line, in order, and waits for all outcomes. Empty lines are passed over.
     *
     * @throws IllegalArgumentException in one sentence when options do not fit
     */
    public int lines(LineInput input) throws InterruptedException {
        try (HoldfastClient client = builder.open()) {
            // A daemon of its own: a read that nobody answers cannot be broken off.
            Thread.ofPlatform().daemon().name("holdfast-input").start(() -> read(client, input));
            for (Sent next = inFlight.take(); !next.equals(END); ) {
                finish(next);
                window.release();
                // When it has stopped, the reader may wait for input that never comes.
                Sent following = stopped ? inFlight.poll() : inFlight.take();
                next = following == null ? END : following;
            }
        }
        if (status != ExitStatus.ACKED) {
            tell("acked: " + acked + "; not read any further");
        }
        return exitStatus();
    }

    private void read(HoldfastClient client, LineInput input) {
        long number = 0;
        try {
            String line;
            do {
                line = input.readLine();
                number++;
            } while (line != null && pass(client, number, line));
        } catch (IOException unreadable) {
            inFlight.add(new Sent(number + 1, CompletableFuture.failedFuture(unreadable)));
        } catch (InterruptedException impossible) {
            Thread.currentThread().interrupt();
        }
        inFlight.add(END);
    }

    /** Sends one line as soon as there is a place for it; false when no more are wanted. */
    private boolean pass(HoldfastClient client, long number, String line)
            throws InterruptedException {
        if (line.isEmpty()) {
            return !stopped;
        }
        window.acquire();
        synchronized (stopping) {
            if (!stopped) {
                inFlight.add(new Sent(number, send(client, line)));
            }
            return !stopped;
        }
    }

    private CompletableFuture<Ack> send(HoldfastClient client, String message) {
        try {
            requireJson(message);
            return target.send(client, text ? JsonWriter.quoted(message) : message);
        } catch (IllegalArgumentException notPossible) {
            return CompletableFuture.failedFuture(notPossible);
        }
    }

    private void requireJson(String message) {
        if (!text && !JsonObject.isJson(message)) {
            throw new IllegalArgumentException(
                    "The message is not one JSON value; without --format json it would be a text.");
        }
    }

    /** Waits for one outcome and tells it. */
    private void finish(Sent sent) throws InterruptedException {
        try {
            Ack ack = sent.outcome().get();
            acked++;
            if (json) {
                out.println(EventJson.of(ack, sent.line()));
                out.flush();
            }
        } catch (ExecutionException failed) {
            synchronized (stopping) {
                stopped = true;
            }
            failed(sent.line(), Objects.requireNonNull(failed.getCause()));
        }
    }

    private void failed(long line, Throwable cause) {
        tell((line == 0 ? "" : "line " + line + ": ") + cause.getMessage());
        boolean first = status == ExitStatus.ACKED;
        if (cause instanceof ClientException why) {
            status = first ? ExitStatus.of(why.kind(), null) : status;
            if (json) {
                out.println(EventJson.notAcked(why, line));
                out.flush();
            }
        } else {
            status = first ? ExitStatus.USAGE : status;
        }
    }

    /** Once the client is closed: only then everything has been heard of the connection. */
    private int exitStatus() {
        return status == ExitStatus.NOT_CONNECTED
                ? ExitStatus.of(ErrorKind.NOT_SENT, connection)
                : status;
    }

    /** One event at a time, on the client's thread. */
    private void on(Event event) {
        switch (event) {
            case Event.Disconnected gone -> {
                connection = gone.error();
                tellOnce("not connected, trying again: " + EventText.of(gone.error()));
            }
            case Event.Closed closed
            when closed.error() != null -> {
                connection = closed.error();
                tellOnce("not connected: " + EventText.of(closed.error()));
            }
            case Event.Advice ignored -> tellOnce("the server is leaving; it is tried again");
            default -> {}
        }
    }

    private void tellOnce(String words) {
        if (!words.equals(told)) {
            told = words;
            tell(words);
        }
    }

    private void tell(String words) {
        synchronized (err) {
            err.println("holdfast: " + Printable.text(words));
            err.flush();
        }
    }
}
