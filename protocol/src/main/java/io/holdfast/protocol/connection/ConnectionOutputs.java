package io.holdfast.protocol.connection;

/**
 * What {@link ConnectionLifecycle} asks its driver to do. Called from inside the machine's
 * methods, on the thread that called them; the driver may call {@code transportClosed} from
 * inside {@link #cut} and {@link #finish}, and nothing else.
 */
public interface ConnectionOutputs {
    /** Send one RFC 6455 ping. */
    void sendPing();

    /** Send the close frame, after everything queued before it, and nothing after it. */
    void sendClose(int code, String reason);

    /** Both close frames are through: close the transport once what was written is flushed. */
    void finish();

    /** Close the transport now; the peer had its time. */
    void cut();
}
