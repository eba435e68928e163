package io.holdfast.protocol.quality;

/**
 * What {@link BotHeartbeat} asks its driver to do; called from inside {@link BotHeartbeat#timer},
 * which the driver must not call from here.
 */
public interface HeartbeatOutputs {

    /**
     * Send a ping with that id, which the pong will echo.
     *
     * @param id 1, 2, 3 and so on
     */
    void sendPing(long id);

    /**
     * No pong within the timeout: close the connection. The last call.
     *
     * @param waitedNanos since the oldest ping that was not answered
     */
    void zombie(long waitedNanos);
}
