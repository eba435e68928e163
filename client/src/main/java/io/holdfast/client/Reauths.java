package io.holdfast.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Credentials that are shown in the middle of a connection (bots), until the server has answered:
 * with a session token that names nobody's request, or with an error that has no id either; whose
 * that is can only be guessed: of the one that has waited longest. The driver's thread only; futures
 * complete elsewhere.
 */
final class Reauths {
    /** Calls without an answer. */
    static final int MOST_WAITING = 16;

    private static final long NEVER = Long.MAX_VALUE;

    private static final class Call {
        final CompletableFuture<Void> answer;
        final long untilNanos;
        boolean sent;

        Call(CompletableFuture<Void> answer, long untilNanos) {
            this.answer = answer;
            this.untilNanos = untilNanos;
        }
    }

    private final ArrayDeque<Call> waiting = new ArrayDeque<>();
    private final Duration patience;
    private final Executor completions;

    /** @param patience for the answer, the time until there is a token to show included */
    Reauths(Duration patience, Executor completions) {
        this.patience = patience;
        this.completions = completions;
    }

    /** Takes a call, which is not sent yet; false when too many wait: it has failed then. */
    boolean begin(CompletableFuture<Void> answer, long nowNanos) {
        if (waiting.size() == MOST_WAITING) {
            fail(
                    answer,
                    ClientException.of(
                            ErrorKind.QUEUE_FULL,
                            MOST_WAITING + " calls of reauth are not answered yet; wait for them"));
            return false;
        }
        waiting.add(new Call(answer, nowNanos + patience.toNanos()));
        return true;
    }

    /** There is something to show: for each call that has not shown anything yet. */
    void send(Consumer<String> wire, String text) {
        for (Call call : waiting) {
            if (!call.sent) {
                call.sent = true;
                wire.accept(text);
            }
        }
    }

    /** There is nothing to show. */
    void notSent(ClientException why) {
        List<Call> unsent = waiting.stream().filter(call -> !call.sent).toList();
        waiting.removeAll(unsent);
        unsent.forEach(call -> fail(call.answer, why));
    }

    /** The server sent a session token. */
    void taken() {
        List<Call> shown = waiting.stream().filter(call -> call.sent).toList();
        waiting.removeAll(shown);
        shown.forEach(call -> completions.execute(() -> call.answer.complete(null)));
    }

    /** The server refused something that has no id; false when nobody here can have asked for it. */
    boolean refused(ClientException why) {
        Call oldest = waiting.peek();
        if (oldest == null || !oldest.sent) {
            return false;
        }
        fail(waiting.remove().answer, why);
        return true;
    }

    /** There is no connection any more. */
    void lost(ClientException why) {
        waiting.forEach(call -> fail(call.answer, why));
        waiting.clear();
    }

    void timer(long nowNanos) {
        for (Call call = waiting.peek();
                call != null && nowNanos >= call.untilNanos;
                call = waiting.peek()) {
            fail(
                    waiting.remove().answer,
                    ClientException.of(
                            ErrorKind.TIMEOUT,
                            "the server did not answer reauth in " + patience.toMillis() + " ms"));
        }
    }

    long nextDeadlineNanos() {
        Call first = waiting.peek();
        return first == null ? NEVER : first.untilNanos;
    }

    private void fail(CompletableFuture<Void> answer, ClientException why) {
        completions.execute(() -> answer.completeExceptionally(why));
    }
}
