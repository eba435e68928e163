package io.holdfast.protocol.reconnect;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What ended a connection, or an attempt at one: the one type into which a client turns every
 * failure (spec: client, "Errors"). A {@code detail} is for people.
 */
public sealed interface Ending {

    /**
     * A close frame, or its like.
     *
     * @param code 1006 when the connection was cut without one, 1005 when the frame had none
     */
    record Closed(int code, String reason) implements Ending {}

    record Refused(String detail) implements Ending {}

    /** No address for the name, or no route to the address. */
    record Unreachable(String detail) implements Ending {}

    record TimedOut(String detail) implements Ending {}

    record Tls(String detail) implements Ending {}

    /**
     * An HTTP answer other than 101. Redirects are not followed.
     *
     * @param retryAfter null when the answer had none, or none that is 0 or more
     */
    record Handshake(int status, @Nullable Duration retryAfter) implements Ending {}

    /** The server broke the protocol. */
    record ProtocolFault(String detail) implements Ending {}

    record Unauthorised(String detail) implements Ending {}

    /** The application's supplier of access tokens failed, or took too long: it is asked again. */
    record NoToken(String detail) implements Ending {}

    /** Nothing was heard for too long, the host's sleep included. */
    record Silence() implements Ending {}

    /** Health says that it is no use to connect yet, or says nothing. */
    record ServerNotReady(String detail) implements Ending {}

    /** We closed, because the server had said that it would go away. */
    record Left() implements Ending {}

    /** The word for logs, metrics and the test vectors. */
    default String kind() {
        return switch (this) {
            case Closed ignored -> "closed";
            case Refused ignored -> "refused";
            case Unreachable ignored -> "unreachable";
            case TimedOut ignored -> "timeout";
            case Tls ignored -> "tls";
            case Handshake ignored -> "handshake";
            case ProtocolFault ignored -> "protocol";
            case Unauthorised ignored -> "unauthorised";
            case NoToken ignored -> "no_token";
            case Silence ignored -> "silence";
            case ServerNotReady ignored -> "server_not_ready";
            case Left ignored -> "left";
        };
    }
}
