package io.holdfast.client;

import io.holdfast.client.dialect.Incoming;
import io.holdfast.client.dialect.WireDialect;
import io.holdfast.protocol.client.ClientEvent;
import io.holdfast.protocol.client.ClientLifecycle;
import io.holdfast.protocol.client.ClientOutputs;
import io.holdfast.protocol.client.Phase;
import io.holdfast.protocol.reconnect.Ending;
import io.holdfast.protocol.reconnect.ServerAdvice;
import io.holdfast.protocol.reconnect.Target;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs the pure machines of one client: gives them what the network, the application and the clock
 * say, and does what they decide.
 *
 * <p>Threads: all of it on the network's one thread, but for the constructor.
 */
final class Driver implements ClientOutputs {
    private final Options options;
    private final WireDialect dialect;
    private final Network network;
    private final EventQueue events;
    private final Dialer dialer;
    private final Chronicle chronicle;
    private final ClientLifecycle lifecycle;
    private final Outbox outbox;
    private final Conversation conversation;
    private final Timers timers;
    private final Termination termination;
    private final Moves moves;
    private final BackPressure pressure;
    private final Counters counters;
    private final CompletableFuture<Void> connectedOnce = new CompletableFuture<>();
    private final CompletableFuture<Void> finished = new CompletableFuture<>();

    private @Nullable Link link;
    private Endpoint place;
    private long connection;
    private long lastPing;
    private long pings;
    private @Nullable LastWord lastWord;
    private Runnable stopAsking = () -> {};
    private boolean closing;

    Driver(Options options, Network network, EventQueue events, RandomGenerator random) {
        this.options = options;
        this.dialect = options.dialect();
        this.network = network;
        this.events = events;
        this.place = options.endpoint();
        this.chronicle = new Chronicle(options, events, network.nowNanos());
        this.counters = chronicle.counters();
        this.lifecycle = new ClientLifecycle(options.settings(), random);
        this.dialer = new Dialer(options, network);
        this.conversation = new Conversation(options, this, events, chronicle.log());
        this.outbox = conversation.outbox();
        this.timers = new Timers(network, this::timer);
        this.moves = new Moves(network, options.settings().closeGrace(), timers, chronicle);
        this.pressure = new BackPressure(events);
        this.termination = new Termination(options, network, chronicle.log(), this::terminated);
    }

    // What the application asks for.

    void start() {
        turn(now -> lifecycle.start(now, this));
    }

    /** A request with a place in the outbox. */
    void submit(Request request) {
        if (finished.isDone()) {
            outbox.submit(request, network.nowNanos());
            outbox.closed();
        } else if (request.id() == null && isClogged()) {
            outbox.refuse(request);
        } else {
            turn(now -> outbox.submit(request, now));
        }
    }

    /** What is not acked is only bounded by what the server takes from the transport. */
    private boolean isClogged() {
        return link != null && link.unwrittenBytes() > options.pending().maxBytes();
    }

    Phase phase() {
        return chronicle.phase();
    }

    Outbox outbox() {
        return outbox;
    }

    Conversation conversation() {
        return conversation;
    }

    CompletableFuture<Void> connectedOnce() {
        return connectedOnce;
    }

    /** Completes when the client is closed and its timers are gone. */
    CompletableFuture<Void> finished() {
        return finished;
    }

    Dialer dialer() {
        return dialer;
    }

    void roomAgain() {
        pressure.roomAgain(link);
    }

    /** Takes no new work, gets acks for what was sent, then says goodbye. */
    void close(Duration flushWithin) {
        if (closing) {
            return;
        }
        closing = true;
        events.forgetMessages();
        roomAgain();
        turn(now -> timers.leaveBy(now + flushWithin.toNanos()));
    }

    /** The end of the application's patience. */
    void abort() {
        turn(now -> {
            lifecycle.close(now, this);
            if (lifecycle.phase() != Phase.CLOSED) {
                // It waits for the server's goodbye: it has waited long enough.
                cut();
                lifecycle.ended(connection, new Ending.Left(), now, this);
            }
        });
    }

    ClientMetrics metrics() {
        return chronicle.metrics(lifecycle, outbox, network.nowNanos());
    }

    // One turn: the machines are given something, then the timer is set.

    void turn(LongConsumer turn) {
        if (finished.isDone()) {
            return;
        }
        long now = network.nowNanos();
        LongConsumer whole = turn.andThen(this::leaveIfReady);
        Guard.run(this, lifecycle, chronicle, () -> connection, whole, now);
        if (lifecycle.phase() == Phase.CLOSED) {
            finish();
        } else {
            timers.set(
                    now,
                    lifecycle.nextDeadlineNanos(),
                    outbox.nextDeadlineNanos(),
                    Math.min(
                            conversation.nextDeadlineNanos(),
                            chronicle.alerts().nextDeadlineNanos()));
            pauseIfFull();
        }
    }

    private void timer() {
        turn(now -> {
            long slept = timers.sleptNanos(now);
            if (pressure.isPaused()) {
                lifecycle.received(now); // The silence is our own: we do not read.
            }
            if (slept > 0) {
                chronicle.log().error("[TIMEOUT]", "the host slept for " + Duration.ofNanos(slept));
                lifecycle.slept(slept, now, this);
            }
            lifecycle.timer(now, this);
            outbox.timer(now);
            conversation.timer(now);
            chronicle.alerts().timer(now);
        });
    }

    /** Goes when the server or the application wants it, and everything sent is acked. */
    private void leaveIfReady(long now) {
        if (!timers.isLeaving(now)) {
            return;
        }
        if (moves.isWanted() && !closing) {
            timers.left();
            lifecycle.move(now, this);
            return;
        }
        if (conversation.isFlushed(lifecycle, timers.leaveBy()) || timers.isLeaveOverdue(now)) {
            timers.left();
            if (closing) {
                lifecycle.close(now, this);
            } else {
                lifecycle.leave(now, this);
            }
        }
    }

    private void finish() {
        timers.stop();
        stopAsking.run();
        dialer.stop();
        moves.stop();
        termination.stop();
        ClientException why = chronicle.error();
        conversation.closed(why);
        finished.complete(null);
        options.completions().execute(() -> connectedOnce.completeExceptionally(why));
        // Sockets and threads are given back even if nobody calls close(); not on this thread.
        Thread.ofVirtual().name("holdfast-client-end").start(network::close);
    }

    // What the lifecycle decides.

    @Override
    public void connect(long number, @Nullable Target target) {
        connection = number;
        place = options.endpoint().at(target);
        lastWord = null;
        moves.forget();
        chronicle.connecting(lifecycle.attempts(network.nowNanos()) + 1);
        link = dialer.dial(place, ears(number));
    }

    @Override
    public void askHealth(long number, @Nullable Target target) {
        connection = number;
        Duration timeout = Objects.requireNonNull(options.settings().healthTimeout());
        stopAsking.run();
        Endpoint page = Objects.requireNonNull(options.health());
        stopAsking = network.get(
                timeout,
                Health.at(page, options.endpoint(), target),
                (status, text) -> turn(now ->
                        lifecycle.healthAnswered(number, Health.answer(status, text), now, this)));
    }

    @Override
    public void sendPing() {
        lastPing = network.nowNanos();
        String ping = dialect.ping(++pings, network.wallMillis());
        if (ping != null) {
            sendText(ping);
        } else if (link != null) {
            link.ping();
        }
    }

    @Override
    public void close(int code, String reason) {
        outbox.disconnected();
        if (link != null) {
            link.goodbye(code, reason);
        }
    }

    @Override
    public void cut() {
        outbox.disconnected();
        if (link != null) {
            link.cut();
            link = null;
        }
    }

    @Override
    public void openBeside(long number, Target target) {
        Endpoint there = options.endpoint().at(target);
        chronicle.moves(there);
        moves.begins(number, there, dialer.dial(there, ears(number)));
    }

    @Override
    public void cutBeside() {
        moves.cut();
        moves.failed("given up", network.nowNanos());
    }

    @Override
    public void replace(boolean firstIsGone) {
        Link first = link;
        link = moves.beside();
        place = moves.place();
        connection = moves.number();
        lastWord = null;
        pressure.forget();
        if (moves.greeted()) {
            conversation.goesOnThere();
        }
        outbox.disconnected();
        if (!firstIsGone && first != null) {
            moves.leave(first);
        }
        moves.forget();
    }

    @Override
    public void circuit(String state, String reason) {
        chronicle.circuit(state, reason);
    }

    @Override
    public void report(ClientEvent event) {
        chronicle.at(lifecycle.phase()); // Whoever hears of it may ask.
        long now = network.nowNanos();
        switch (event) {
            case ClientEvent.Connected ignored -> {
                chronicle.connected(now);
                options.completions().execute(() -> connectedOnce.complete(null));
            }
            case ClientEvent.Disconnected gone -> disconnected(gone.ending(), now);
            case ClientEvent.Reconnecting next ->
                chronicle.reconnecting(
                        next.attempts(),
                        Duration.ofNanos(next.delayNanos()),
                        options.endpoint().at(next.target()));
            case ClientEvent.TimedOut what ->
                chronicle.log().error(event.keyword(), "no " + what.what());
            case ClientEvent.ShuttingDown told -> chronicle.shuttingDown(told.advice());
            case ClientEvent.Closed closed -> chronicle.closed(Failures.of(closed.cause()));
        }
    }

    private void disconnected(Ending ending, long now) {
        link = null;
        pressure.forget();
        if (!closing) {
            timers.left();
        }
        chronicle.disconnected(ending, now);
        conversation.disconnected(chronicle.error());
    }

    // What the connection that serves tells; see {@link Ears}.

    private Ears ears(long number) {
        return new Ears(number, this, lifecycle, moves, chronicle);
    }

    boolean isServedBy(long number) {
        return number == connection;
    }

    @Nullable
    Link link() {
        return link;
    }

    @Nullable
    Incoming read(byte[] bytes, int from, int to) {
        return dialect.read(bytes, from, to);
    }

    void begin(boolean resume, long now) {
        if (link != null) {
            conversation.begin(link, resume && options.resume(), dialer.token(), now);
        }
    }

    /** On the connection beside the one that serves. */
    void greet(Link there) {
        conversation.greet(there, true, dialer.token());
    }

    void take(Incoming incoming, long now) {
        lastWord = null; // Only the last word before the end tells why.
        conversation.take(incoming, now);
    }

    /** A sign of life; what was due before it came is done before it counts. */
    void received(long number) {
        long now = network.nowNanos();
        if (now >= lifecycle.nextDeadlineNanos() || timers.hasSlept(now)) {
            timer(); // Late: this process stood still, or it sleeps with its host.
        }
        if (isServedBy(number) && link != null) {
            lifecycle.received(now);
        }
    }

    void roundTripEnds() {
        counters.roundTripNanos = network.nowNanos() - lastPing;
    }

    void ended(Ending ending, String detail, long now) {
        LastWord last = lastWord;
        if (last == null || !last.explains(ending)) {
            chronicle.heard(ending, detail);
            lifecycle.ended(connection, ending, now, this);
            return;
        }
        if (last.retryAfter() != null) {
            lifecycle.comeBackAfter(last.retryAfter());
        }
        chronicle.heard(last.meaning(), "the server ended it: " + last.meaning());
        lifecycle.ended(connection, last.meaning(), now, this);
    }

    // What the conversation needs of the connection.

    /** The server's first word. */
    void accepted(@Nullable String asClientId, long now) {
        chronicle.welcomed(asClientId);
        lifecycle.welcomed(connection, now, this);
    }

    boolean awaitsWelcome() {
        return lifecycle.awaitsWelcome(connection);
    }

    int lastCloseCode() {
        return counters.lastCloseCode;
    }

    boolean isConnected() {
        return lifecycle.phase() == Phase.CONNECTED;
    }

    boolean isClosing() {
        return closing;
    }

    void speakFrames(boolean gzip) {
        if (link != null) {
            link.speakFrames(gzip);
        }
    }

    void advised(ServerAdvice advice, long now, long leaveAt) {
        lifecycle.advised(advice, now, this);
        moves.advised(advice.where() != null && conversation.resumes(), lifecycle, now, leaveAt);
    }

    void terminate(String requestId, String reason) {
        termination.begin(requestId, reason);
    }

    /** TCP has no close codes: what an error without a request means if nothing follows it. */
    void lastWord(@Nullable Ending meaning, @Nullable Duration retryAfter) {
        lastWord = meaning != null && place.scheme().isTcp()
                ? new LastWord(meaning, retryAfter)
                : null;
    }

    /** Back pressure, where the application wants it. */
    void pauseIfFull() {
        if (!closing && isConnected()) {
            pressure.pauseIfFull(link);
        }
    }

    void missed(Event.Gap gap) {
        chronicle.missed(gap);
    }

    /** The application has cleaned up: the server is told, and then it is over. */
    private void terminated(String requestId, String status, String message) {
        turn(now -> {
            sendText(dialect.terminated(requestId, status, message));
            closing = true;
            // The server closes with 1000 when it agrees; it is not waited for longer than this.
            timers.leaveFrom(now + options.settings().closeGrace().toNanos(), Duration.ZERO);
        });
    }

    // What goes to the server and to the application.

    void write(Request request) {
        if (link != null) {
            counters.messagesSent++;
            link.send(request.utf8());
        }
    }

    void sendText(String text) {
        sendOn(link, text);
    }

    void sendOn(@Nullable Link to, String text) {
        if (to != null) {
            counters.messagesSent++;
            to.send(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    void emit(Event event) {
        events.put(event);
    }
}
