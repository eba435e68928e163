package io.holdfast.client;

import io.holdfast.client.Request.Answer;
import io.holdfast.client.Request.Kind;
import io.holdfast.client.dialect.BotDialect;
import io.holdfast.client.dialect.WireDialect;
import io.holdfast.client.json.JsonObject;
import io.holdfast.client.json.JsonWriter;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection that comes back by itself, and with {@link ClientBuilder#resume()} misses nothing.
 *
 * <pre>{@code
 * try (HoldfastClient client = HoldfastClient.feed()
 *         .url("ws://localhost:8000").clientId("alice").resume().open()) {
 *     client.say("hello");
 *     while (!(client.receive() instanceof Event.Closed)) {}
 * }
 * }</pre>
 *
 * <p>Events go to a listener ({@link ClientBuilder#listener}) or are taken with {@link #receive()}.
 * What is sent gives a future that completes with the server's ack, on a virtual thread; it fails
 * with a {@link ClientException}. Thread-safe.
 */
public final class HoldfastClient implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Options options;
    private final Network network;
    private final EventQueue events;
    private final Driver driver;
    private final Supplier<String> ids;
    private volatile boolean closed;

    HoldfastClient(Options options, Network network) {
        this(options, network, freshIds());
    }

    /** @param ids of messages: new in the session, 1 to 64 characters; asked on any thread */
    HoldfastClient(Options options, Network network, Supplier<String> ids) {
        this.ids = ids;
        this.options = options;
        this.network = network;
        this.events = new EventQueue(
                options.queue(),
                options.whenFull(),
                options.listener(),
                options.executor(),
                this::roomAgain);
        this.driver = new Driver(options, network, events, new SecureRandom());
    }

    /** Message ids must be new in a session, which may be older than this process. */
    private static Supplier<String> freshIds() {
        String prefix = Long.toString(RANDOM.nextLong() >>> 1, Character.MAX_RADIX) + "-";
        AtomicLong next = new AtomicLong();
        return () -> prefix + next.incrementAndGet();
    }

    /** The rooms dialect for somebody in front of a screen: soon back, and it gives up visibly. */
    public static ClientBuilder browser() {
        return ClientBuilder.browser();
    }

    /** A pipeline application of the deepstream dialect. */
    public static ClientBuilder deepstream() {
        return ClientBuilder.deepstream();
    }

    /** The bot dialect, over TCP. */
    public static ClientBuilder bot() {
        return ClientBuilder.bot();
    }

    /** The rooms dialect for a program that reads streams: it never gives up. */
    public static ClientBuilder feed() {
        return ClientBuilder.feed();
    }

    Driver driver() {
        return driver;
    }

    EventQueue events() {
        return events;
    }

    void start() {
        network.execute(driver::start);
    }

    private void roomAgain() {
        network.execute(driver::roomAgain);
    }

    /** Completes at the first connection; fails when the client is closed before. */
    public CompletableFuture<Void> connected() {
        return driver.connectedOnce().copy();
    }

    // Sending.

    /**
     * Sends a message to the room that everybody is in at first.
     *
     * @param json any JSON value; with {@link ClientBuilder#raw()} any text
     * @throws IllegalArgumentException when the text is not JSON, or too long for the server
     * @throws UnsupportedOperationException with {@link #deepstream()}, which has no rooms
     */
    public CompletableFuture<Ack> send(String json) {
        return send(null, json);
    }

    /**
     * Sends a message to a room.
     *
     * @throws IllegalArgumentException when the text is not JSON, or too long for the server
     * @throws UnsupportedOperationException with {@link #deepstream()}, which has no rooms
     */
    public CompletableFuture<Ack> send(@Nullable String room, String json) {
        WireDialect dialect = options.dialect();
        if (!options.isRaw()) {
            requireJson(json);
        }
        return ack(Kind.SAY, null, id -> dialect.message(id, room, json));
    }

    /**
     * Sends a message without asking for its ack: done when it is written, and lost when the
     * connection ends in this moment. For readings of which the next one counts.
     *
     * @throws IllegalArgumentException when the text is not JSON, or too long for the server
     * @throws UnsupportedOperationException with {@link #deepstream()}, which has no rooms
     */
    public CompletableFuture<Ack> post(@Nullable String room, String json) {
        if (!options.isRaw()) {
            requireJson(json);
        }
        return told(
                submit(Kind.SAY, null, false, id -> options.dialect().message(id, room, json)),
                Answer::ack);
    }

    /**
     * Sends a text as a JSON string.
     *
     * @throws IllegalArgumentException when the message is too long for the server
     * @throws UnsupportedOperationException with {@link #deepstream()}, which has no rooms
     */
    public CompletableFuture<Ack> say(String text) {
        return send(null, JsonWriter.quoted(text));
    }

    /**
     * Sends a message to one client alone.
     *
     * @throws IllegalArgumentException when the text is not JSON, or too long for the server
     * @throws UnsupportedOperationException with {@link #deepstream()}, and with
     *     {@link ClientBuilder#raw()}
     */
    public CompletableFuture<Ack> direct(String toClientId, String json) {
        requireJson(json);
        return ack(Kind.SAY, null, id -> options.dialect().direct(orEmpty(id), toClientId, json));
    }

    /**
     * Joins a room, on this connection and on all that follow.
     *
     * @throws IllegalArgumentException when the message is too long for the server
     * @throws UnsupportedOperationException with {@link #deepstream()}, and with
     *     {@link ClientBuilder#raw()}
     */
    public CompletableFuture<Ack> join(String room) {
        return ack(Kind.JOIN, room, id -> options.dialect().join(orEmpty(id), room));
    }

    /**
     * Leaves a room for good.
     *
     * @throws IllegalArgumentException when the message is too long for the server
     * @throws UnsupportedOperationException with {@link #deepstream()}, and with
     *     {@link ClientBuilder#raw()}
     */
    public CompletableFuture<Ack> leave(String room) {
        return ack(Kind.LEAVE, room, id -> options.dialect().leave(orEmpty(id), room));
    }

    /**
     * Asks who is in a room.
     *
     * @throws IllegalArgumentException when the message is too long for the server
     * @throws UnsupportedOperationException with {@link #deepstream()}, and with
     *     {@link ClientBuilder#raw()}
     */
    public CompletableFuture<Presence> who(String room) {
        return told(
                submit(Kind.WHO, room, true, id -> options.dialect().who(orEmpty(id), room)),
                answer -> {
                    Presence presence = answer.presence();
                    if (presence == null) {
                        throw new IllegalStateException("the server acked who without an answer");
                    }
                    return presence;
                });
    }

    /**
     * Publishes an event of a pipeline application.
     *
     * @throws IllegalArgumentException when the text is not JSON, or too long for the server
     * @throws UnsupportedOperationException with any preset but {@link #deepstream()}
     */
    public CompletableFuture<Ack> event(String name, String json) {
        requireJson(json);
        return ack(Kind.SAY, null, id -> options.dialect().event(id, name, json));
    }

    /**
     * Answers an {@link Event.Command}. Done when written: a server that does not get it sends the
     * command again.
     *
     * @param ok whether it was carried out
     * @throws IllegalArgumentException when the text is not JSON, or too long for the server
     * @throws UnsupportedOperationException unless it is {@link #deepstream()} or {@link #bot()}
     */
    public CompletableFuture<Ack> commandResult(String requestId, boolean ok, String json) {
        requireJson(json);
        return told(
                submit(
                        Kind.SAY,
                        null,
                        false,
                        id -> options.dialect()
                                .commandResult(requestId, ok ? "OK" : "ERROR", json)),
                Answer::ack);
    }

    /**
     * Shows the server a fresh access token, of the supplier where there is one, or else the
     * session's own, before the old one ends (bots). Done when the server has taken it; fails when
     * it has not, when the connection ends, because it was not good perhaps, and after the time that
     * a message is kept (30 s).
     *
     * @throws UnsupportedOperationException with any preset but {@link #bot()}
     */
    public CompletableFuture<Void> reauth() {
        return showToken(null);
    }

    /**
     * Shows the server this access token; so do later connections, unless there is a supplier.
     *
     * @throws IllegalArgumentException when the token is empty or has other characters than a
     *     header may have
     * @throws UnsupportedOperationException with any preset but {@link #bot()}
     */
    public CompletableFuture<Void> reauth(String token) {
        if (!Dialer.isToken(token)) {
            throw new IllegalArgumentException(
                    "The token is empty or has characters that HTTP does not allow in a header.");
        }
        return showToken(token);
    }

    private CompletableFuture<Void> showToken(@Nullable String token) {
        if (!(options.dialect() instanceof BotDialect bot)) {
            throw new UnsupportedOperationException(
                    "Only bots show a token in the middle of a connection; connect again with it.");
        }
        CompletableFuture<Void> answer = new CompletableFuture<>();
        Runnable failIfOver = () -> {
            if (closed || driver.finished().isDone()) {
                answer.completeExceptionally(
                        ClientException.of(ErrorKind.NOT_SENT, "the client is closed"));
            }
        };
        failIfOver.run();
        if (!answer.isDone()) {
            network.execute(() -> {
                failIfOver.run();
                driver.turn(now -> driver.conversation().reauth(bot, token, answer, now));
            });
            failIfOver.run(); // It ended in this moment: the task may have been dropped.
        }
        return answer;
    }

    private interface Encoder {
        String encode(@Nullable String id);
    }

    private CompletableFuture<Ack> ack(Kind kind, @Nullable String room, Encoder encoder) {
        boolean acked = options.dialect().acks(options.resume());
        return told(submit(kind, room, acked, encoder), Answer::ack);
    }

    private CompletableFuture<Answer> submit(
            Kind kind, @Nullable String room, boolean acked, Encoder encoder) {
        String id = acked ? ids.get() : null;
        Request request = Request.of(kind, id, room, encoder.encode(id));
        if (request.utf8().length > options.maxMessageBytes()) {
            throw new IllegalArgumentException("The message has " + request.utf8().length
                    + " bytes, expected at most " + options.maxMessageBytes()
                    + ": the server would close the connection.");
        }
        if (closed || driver.finished().isDone()) {
            return CompletableFuture.failedFuture(
                    ClientException.of(ErrorKind.NOT_SENT, "the client is closed"));
        }
        if (!driver.outbox().reserve()) {
            return CompletableFuture.failedFuture(Failures.queueFull());
        }
        network.execute(() -> driver.submit(request));
        if (driver.finished().isDone()) {
            // It ended in this moment: the task may have been dropped with the loop.
            request.answer()
                    .completeExceptionally(ClientException.of(
                            ErrorKind.OUTCOME_UNKNOWN, "the client was closed in this moment"));
        }
        return request.answer();
    }

    /** Unlike a dependent stage it fails with the very {@link ClientException}, not a wrapped one. */
    private static <T> CompletableFuture<T> told(
            CompletableFuture<Answer> answer, Function<Answer, T> part) {
        CompletableFuture<T> result = new CompletableFuture<>();
        answer.whenComplete((settled, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
                return;
            }
            try {
                result.complete(part.apply(settled));
            } catch (RuntimeException impossible) {
                result.completeExceptionally(impossible);
            }
        });
        return result;
    }

    private static void requireJson(String json) {
        if (!JsonObject.isJson(json)) {
            throw new IllegalArgumentException(
                    "The data is not one JSON value; use say() for plain text.");
        }
    }

    private static String orEmpty(@Nullable String id) {
        return id == null ? "" : id;
    }

    // Receiving.

    /**
     * Waits for the next event. After {@link Event.Closed} it returns that at once, for ever.
     *
     * @throws IllegalStateException when there is a listener
     */
    public Event receive() throws InterruptedException {
        Event event = events.receive(null);
        if (event == null) {
            throw new IllegalStateException("waiting without a timeout ended without an event");
        }
        return event;
    }

    /** Waits at most so long; null when nothing came. */
    public @Nullable Event receive(Duration timeout) throws InterruptedException {
        return events.receive(timeout);
    }

    /**
     * What a later process goes on with ({@link ClientBuilder#resumeFrom}), as far as this
     * application has come: all events that it has received, or that the listener was called with.
     * Asked for after an event was dealt with, on the same thread, no message is lost and none comes
     * twice. Empty without {@link ClientBuilder#resume()}, and before the first {@link
     * Event.Connected} was taken: a session whose place is not known is of no use.
     */
    public Optional<SavedSession> saved() {
        return events.saved();
    }

    /** From any thread; the {@link Event}s tell each change. */
    public ClientState state() {
        return ClientState.valueOf(driver.phase().name());
    }

    /** How it is doing. */
    public ClientMetrics metrics() {
        CompletableFuture<ClientMetrics> snapshot = new CompletableFuture<>();
        network.execute(() -> snapshot.complete(driver.metrics()));
        while (true) {
            try {
                return snapshot.get(10, TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                if (driver.finished().isDone()) {
                    return driver.metrics(); // Nothing changes it any more.
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while reading metrics", stopped);
            } catch (ExecutionException failed) {
                throw new IllegalStateException("metrics could not be read", failed);
            }
        }
    }

    // Stopping.

    /** Closes within {@link ClientBuilder#closeTimeout} (5 s). */
    @Override
    public void close() {
        close(options.closeTimeout());
    }

    /**
     * Takes no new messages, lets the listener finish the one in its hands, waits for the acks of
     * what was sent, closes with 1000, and gives back threads and timers. Returns within the
     * timeout. Harmless when repeated, from any thread, the listener's included.
     */
    public void close(Duration timeout) {
        closed = true;
        long end = System.nanoTime() + timeout.toNanos();
        network.execute(() -> driver.close(timeout.dividedBy(2)));
        try {
            if (!waitFinished(timeout.multipliedBy(3).dividedBy(4))) {
                network.execute(driver::abort);
                waitFinished(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            }
            events.awaitDelivered(end - System.nanoTime());
        } catch (InterruptedException stopped) {
            network.execute(driver::abort);
            Thread.currentThread().interrupt();
        }
        network.close();
    }

    private boolean waitFinished(Duration timeout) throws InterruptedException {
        try {
            driver.finished().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (ExecutionException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
