package io.holdfast.client;

import java.time.Duration;
import java.util.Map;

/**
 * The world as a {@link Driver} needs it: time, a thread of its own, and connections. There is
 * {@link NettyNetwork}, and the tests'.
 */
interface Network {
    /** Of a monotonic clock. */
    long nowNanos();

    /** Of the wall clock, which goes on while the host sleeps. */
    long wallMillis();

    /** Runs the task on the driver's thread, in order. Any thread; dropped after the end. */
    void execute(Runnable task);

    /** Runs the task on the driver's thread later. Running the result takes it back. */
    Runnable after(long nanos, Runnable task);

    /**
     * Opens a connection; the listener hears how that goes, never inside this call.
     *
     * @param headers of the WebSocket handshake
     */
    Link connect(
            Duration timeout,
            Endpoint endpoint,
            boolean offerResume,
            Map<String, String> headers,
            LinkListener listener);

    /** Hears what an HTTP server has answered. */
    interface Answered {
        /** @param status 0 when there is no answer */
        void with(int status, String page);
    }

    /** Asks an HTTP address. Running the result gives up, and nobody is told. */
    Runnable get(Duration timeout, Endpoint endpoint, Answered answered);

    /** Gives threads and sockets back. Not from the driver's thread; harmless when repeated. */
    void close();
}
