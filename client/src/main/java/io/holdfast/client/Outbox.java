package io.holdfast.client;

import io.holdfast.client.Request.Answer;
import io.holdfast.protocol.client.PendingMessages;
import io.holdfast.protocol.client.PendingOutputs;
import io.holdfast.protocol.client.PendingSettings;
import io.holdfast.protocol.client.SendOutcome;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything the application has asked for and not heard the end of. The driver's thread, but for
 * {@link #reserve}. Futures complete elsewhere: what the application hangs on them must not run on
 * the loop.
 */
final class Outbox implements PendingOutputs<Request> {
    private final PendingMessages<Request> pending;
    private final Consumer<Request> wire;
    private final Consumer<Request> done;
    private final Executor completions;
    private final int most;
    /** Requests that were taken and are not settled; counted where they are made, on any thread. */
    private final AtomicInteger taken = new AtomicInteger();

    /** Of the answer that is being handed to {@link #pending}; for {@link #settled}. */
    private @Nullable Presence presence;

    private String refusal = "";

    /**
     * @param completions where futures complete
     * @param wire sends a request
     * @param done hears of each request that the server has carried out
     */
    Outbox(
            PendingSettings settings,
            Executor completions,
            Consumer<Request> wire,
            Consumer<Request> done) {
        this.completions = completions;
        this.pending = new PendingMessages<>(settings);
        this.most = settings.maxUnacked() + settings.maxWaiting();
        this.wire = wire;
        this.done = done;
    }

    /** Takes a place for one request; false when there is none. Any thread. */
    boolean reserve() {
        if (taken.incrementAndGet() > most) {
            taken.decrementAndGet();
            return false;
        }
        return true;
    }

    /** A request with a place of its own. */
    void submit(Request request, long nowNanos) {
        boolean repeatable = request.kind() != Request.Kind.SAY;
        int bytes = request.utf8().length;
        pending.submit(request.id(), request, bytes, repeatable, nowNanos, this);
    }

    /** There is no room for this one, after all. */
    void refuse(Request request) {
        taken.decrementAndGet();
        fail(request, Failures.queueFull());
    }

    void connected(boolean sessionRestored) {
        pending.connected(sessionRestored, this);
    }

    void disconnected() {
        pending.disconnected();
    }

    void held() {
        pending.held();
    }

    boolean acked(String id, String status, @Nullable String stream, long seq) {
        return pending.acked(id, status, stream, stream == null ? -1 : seq, this);
    }

    boolean present(String id, Presence who) {
        presence = who;
        try {
            return pending.acked(id, "ok", null, -1, this);
        } finally {
            presence = null;
        }
    }

    boolean refused(String id, String code, String message, @Nullable Duration retryAfter) {
        refusal = message;
        return pending.refused(id, code, retryAfter, this);
    }

    void closed() {
        pending.closed(this);
    }

    void timer(long nowNanos) {
        pending.timer(nowNanos, this);
    }

    long nextDeadlineNanos() {
        return pending.nextDeadlineNanos();
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    int unacked() {
        return pending.unacked();
    }

    int size() {
        return pending.unacked() + pending.waiting();
    }

    @Override
    public void send(Request request, boolean again) {
        wire.accept(request);
    }

    @Override
    public void settled(Request request, SendOutcome outcome) {
        taken.decrementAndGet();
        String id = request.id() == null ? "" : request.id();
        switch (outcome) {
            case SendOutcome.Acked acked -> {
                done.accept(request);
                long seq = Math.max(0, acked.seq());
                succeed(request, new Ack(id, acked.status(), acked.stream(), seq), presence);
            }
            case SendOutcome.Written ignored ->
                succeed(request, new Ack(id, "written", null, 0), null);
            case SendOutcome.Refused refused ->
                fail(
                        request,
                        ClientException.rejected(
                                refused.code(),
                                "the server refused the request: " + refused.code() + ": "
                                        + refusal,
                                refused.retryAfter()));
            default -> fail(request, Failures.of(outcome));
        }
    }

    private void succeed(Request request, Ack ack, @Nullable Presence who) {
        completions.execute(() -> request.answer().complete(new Answer(ack, who)));
    }

    private void fail(Request request, ClientException failure) {
        completions.execute(() -> request.answer().completeExceptionally(failure));
    }
}
