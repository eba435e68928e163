package io.holdfast.client.dialect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes and reads the texts of one dialect. Stateless. */
public sealed interface WireDialect
        permits RoomsDialect, DeepstreamDialect, BotDialect, RawDialect {

    /** What is sent as soon as the connection is open, in order. */
    List<String> greeting(Hello hello);

    /**
     * Whether the server answers a greeting with a welcome; otherwise the connection is ready as
     * soon as it is open.
     */
    boolean isWelcomed(Hello hello);

    /** Whether requests with an id are acked. */
    boolean acks(boolean resume);

    /** The room that messages go to when none is named; null where there are no rooms. */
    @Nullable
    String defaultRoom();

    String message(@Nullable String id, @Nullable String room, String data);

    String direct(String id, String to, String data);

    String join(String id, String room);

    String leave(String id, String room);

    String who(String id, @Nullable String room);

    String event(@Nullable String id, String name, String data);

    String terminated(String requestId, String status, String message);

    String commandResult(String requestId, String status, String data);

    /** An application's ping, or null where WebSocket's own are all there is. */
    @Nullable
    String ping(long id, long epochMillis);

    /**
     * What the text means; null when it is not a text of this dialect at all, no JSON object: then
     * there is no server of ours at the other end.
     *
     * @param bytes valid UTF-8
     */
    @Nullable
    Incoming read(byte[] bytes, int from, int to);
}
