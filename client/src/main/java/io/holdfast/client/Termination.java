package io.holdfast.client;

import java.util.concurrent.atomic.AtomicBoolean;

/** One {@code terminate_app}: the application cleans up on a thread of its own, in bounded time. */
final class Termination {
    /** Hears the end, on the driver's thread. */
    interface Done {
        void terminated(String requestId, String status, String message);
    }

    private static final String OK = "OK";
    private static final String ERROR = "ERROR";

    private final Options options;
    private final Network network;
    private final ClientLog log;
    private final Done done;
    private boolean begun;
    private Runnable stopTimeout = () -> {};

    Termination(Options options, Network network, ClientLog log, Done done) {
        this.options = options;
        this.network = network;
        this.log = log;
        this.done = done;
    }

    /** Once; a server does not ask twice (spec: dialect-deepstream). */
    void begin(String requestId, String reason) {
        if (begun) {
            return;
        }
        begun = true;
        log.info("[SHUTDOWN]", "the server asks to terminate: " + reason);
        AtomicBoolean over = new AtomicBoolean();
        Thread worker = Thread.ofVirtual().name("holdfast-terminate").unstarted(() -> {
            String status = OK;
            String message;
            try {
                message = cleanUp(reason);
            } catch (InterruptedException late) {
                return; // The server has been told.
            } catch (Throwable failed) { // The application's own; the server is told in any case.
                status = ERROR;
                String told = failed.getMessage();
                message = told == null ? failed.toString() : told;
            }
            String result = status;
            String words = message;
            network.execute(() -> finish(over, requestId, result, words));
        });
        stopTimeout = network.after(options.terminateTimeout().toNanos(), () -> {
            if (!over.get()) {
                worker.interrupt();
                finish(
                        over,
                        requestId,
                        ERROR,
                        "not clean after " + options.terminateTimeout().toMillis() + " ms");
            }
        });
        worker.start();
    }

    /** The client ends: the clean-up may go on, and nobody waits for it. */
    void stop() {
        stopTimeout.run();
    }

    private String cleanUp(String reason) throws Exception {
        TerminateHandler handler = options.terminateHandler();
        return handler == null ? "Application terminated" : handler.terminate(reason);
    }

    private void finish(AtomicBoolean over, String requestId, String status, String message) {
        if (!over.getAndSet(true)) {
            log.info("[SHUTDOWN]", "terminated: " + status + ", " + message);
            done.terminated(requestId, status, message);
        }
    }
}
