package io.holdfast.protocol.client;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.reconnect.Ending;
import io.holdfast.protocol.reconnect.StopCause;
import io.holdfast.protocol.reconnect.Target;

import org.jspecify.annotations.Nullable;

/**
 * The state of a client. {@code connection} numbers its attempts, so that what is of an old one
 * is known as such; {@code target} is null for the address that was configured. Moments are on the
 * lifecycle's own clock, which counts the host's sleep.
 */
public sealed interface ClientState {

    /** Not started. */
    record Idle() implements ClientState {
        static final Idle IDLE = new Idle();
    }

    record AskingHealth(long connection, @Nullable Target target, long deadline)
            implements ClientState {}

    /** The transport is on its way through its handshake. */
    record Opening(long connection, long deadline) implements ClientState {}

    /** The server's first word is due. */
    record Greeting(long connection, long deadline) implements ClientState {}

    record Connected(long connection, long since) implements ClientState {}

    /**
     * Served on {@code connection}, and on the way to another server: "make before break".
     *
     * @param since of the connection that serves
     * @param next number of the transport that is being opened at {@code target}
     * @param greeting whether that is through its handshake, and the first word is due
     * @param deadline of the next step there
     */
    record Moving(
            long connection, long since, long next, Target target, boolean greeting, long deadline)
            implements ClientState {
        /** The next step there. */
        ClientDeadline awaits() {
            return greeting ? ClientDeadline.WELCOME : ClientDeadline.OPEN;
        }
    }

    /** Closing because the server goes away; it comes back. */
    record Leaving(long connection, long upNanos, long deadline) implements ClientState {
        /** What ended a connection that we were closing: usually that we closed it. */
        static Ending outcome(Ending ending) {
            boolean saysMore = ending instanceof Ending.Closed closed
                    && closed.code() > CloseCode.GOING_AWAY.code()
                    && closed.code() != 1005
                    && closed.code() != 1006;
            return saysMore ? ending : new Ending.Left();
        }
    }

    /**
     * Not connected until the next attempt.
     *
     * @param told whether the server asked for this wait: nothing shortens it
     */
    record Waiting(@Nullable Target target, boolean told, long until) implements ClientState {}

    /** The application has closed it; the transport is on its way out. */
    record Closing(long connection, long deadline) implements ClientState {}

    record Closed(StopCause cause) implements ClientState {}

    default Phase phase() {
        return switch (this) {
            case AskingHealth ignored -> Phase.CONNECTING;
            case Opening ignored -> Phase.CONNECTING;
            case Greeting ignored -> Phase.CONNECTING;
            case Connected ignored -> Phase.CONNECTED;
            case Moving ignored -> Phase.CONNECTED;
            case Idle ignored -> Phase.DISCONNECTED;
            case Leaving ignored -> Phase.DISCONNECTED;
            case Waiting ignored -> Phase.DISCONNECTED;
            case Closing ignored -> Phase.DISCONNECTED;
            case Closed ignored -> Phase.CLOSED;
        };
    }
}
