package io.holdfast.protocol.client;

import io.holdfast.protocol.reconnect.Target;

import org.jspecify.annotations.Nullable;

/**
 * What {@link ClientLifecycle} asks its driver to do. Called from inside the machine's methods, on
 * the thread that called them. The driver calls the machine again only after they have returned: a
 * connect that fails at once is reported in a later turn.
 */
public interface ClientOutputs {
    /**
     * Open a transport, and report {@code opened} or {@code ended} under this number.
     *
     * @param target null is the address that was configured
     */
    void connect(long connection, @Nullable Target target);

    /** Ask the health URL, and report {@code healthAnswered} under this number. */
    void askHealth(long connection, @Nullable Target target);

    /** Send one application ping. */
    void sendPing();

    /** Send what is queued, then close; {@code ended} is awaited. */
    void close(int code, String reason);

    /** Let go of the transport now. Its {@code ended} is not awaited. */
    void cut();

    void report(ClientEvent event);

    /**
     * Open a second transport beside the one there is, and report under this number. Only asked of
     * a driver that calls {@link ClientLifecycle#move}.
     */
    default void openBeside(long connection, Target target) {
        throw new UnsupportedOperationException("this driver does not move");
    }

    /** Let go of the second transport now. Its {@code ended} is not awaited. */
    default void cutBeside() {
        throw new UnsupportedOperationException("this driver does not move");
    }

    /**
     * The second transport is the one from now on. What the first still says is nobody's.
     *
     * @param firstIsGone otherwise the first is closed with 1000, which nobody waits for
     */
    default void replace(boolean firstIsGone) {
        throw new UnsupportedOperationException("this driver does not move");
    }

    /**
     * The circuit breaker has changed; never without one.
     *
     * @param state {@code open}, {@code half_open}, {@code closed}
     */
    default void circuit(String state, String reason) {}
}
