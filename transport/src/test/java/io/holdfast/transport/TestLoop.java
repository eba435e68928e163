package io.holdfast.transport;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One real event loop, and turns of it that a test can wait for. */
final class TestLoop implements AutoCloseable {
    private final EventLoops loops = new EventLoops(1);

    LoopContext context() {
        return loops.workers().getFirst();
    }

    EventLoops loops() {
        return loops;
    }

    /** Runs the action on the loop and returns when the end of its turn has run. */
    void turn(Runnable action) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        context().execute(() -> {
            try {
                action.run();
            } catch (Throwable failure) {
                ended.completeExceptionally(failure);
            }
            context().eventLoop().executeAfterEventLoopIteration(() -> ended.complete(null));
        });
        ended.orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        loops.close();
    }
}
