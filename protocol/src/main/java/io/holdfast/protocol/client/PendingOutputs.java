package io.holdfast.protocol.client;

/**
 * What {@link PendingMessages} asks its driver to do. Called from inside its methods; the driver
 * must not call it again from there, nor run the application's code.
 *
 * @param <P> the driver's form of a message
 */
public interface PendingOutputs<P> {
    /**
     * Send it now, behind what was sent before.
     *
     * @param again whether it has been sent before, on another connection
     */
    void send(P payload, boolean again);

    /** The last that is heard of it. */
    void settled(P payload, SendOutcome outcome);
}
