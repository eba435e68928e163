package io.holdfast.client;

import io.holdfast.client.dialect.Incoming;
import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.client.SendOutcome;
import io.holdfast.protocol.reconnect.Ending;
import io.holdfast.protocol.reconnect.StopCause;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The guard that turns every ending into the library's one error type. */
final class Failures {
    private Failures() {}

    /** @param detail one sentence, as the transport tells it */
    static ClientException of(Ending ending, String detail) {
        return switch (ending) {
            case Ending.Closed closed ->
                ClientException.closed(
                        isCredentials(closed.code()) ? ErrorKind.UNAUTHORISED : ErrorKind.CLOSED,
                        detail,
                        closed.code(),
                        closed.reason());
            case Ending.Refused ignored -> ClientException.of(ErrorKind.REFUSED, detail);
            case Ending.Unreachable ignored -> ClientException.of(ErrorKind.UNREACHABLE, detail);
            case Ending.TimedOut ignored -> ClientException.of(ErrorKind.TIMEOUT, detail);
            case Ending.Silence ignored -> ClientException.of(ErrorKind.SILENCE, detail);
            case Ending.Tls ignored -> ClientException.of(ErrorKind.TLS, detail);
            case Ending.Handshake answer ->
                ClientException.http(
                        ofStatus(answer.status()), detail, answer.status(), answer.retryAfter());
            case Ending.ProtocolFault ignored -> ClientException.of(ErrorKind.PROTOCOL, detail);
            case Ending.NoToken ignored -> ClientException.of(ErrorKind.UNAUTHORISED, detail);
            case Ending.Unauthorised ignored -> ClientException.of(ErrorKind.UNAUTHORISED, detail);
            case Ending.ServerNotReady ignored ->
                ClientException.of(ErrorKind.SERVER_NOT_READY, detail);
            case Ending.Left ignored ->
                ClientException.closed(
                        ErrorKind.LEFT,
                        "left as the server had advised",
                        CloseCode.NORMAL.code(),
                        "");
        };
    }

    /** What ended a connection when no transport told a sentence of its own. */
    static String describe(Ending ending) {
        return switch (ending) {
            case Ending.Silence ignored ->
                "nothing was heard from the server for too long; the connection was cut";
            case Ending.TimedOut late -> "the server did not answer in time: " + late.detail();
            case Ending.ServerNotReady not -> not.detail();
            case Ending.Left ignored -> "left as the server had advised";
            default -> ending.kind();
        };
    }

    private static ErrorKind ofStatus(int status) {
        return status == 401 || status == 403 ? ErrorKind.UNAUTHORISED : ErrorKind.HANDSHAKE;
    }

    private static boolean isCredentials(int code) {
        return code == CloseCode.POLICY_VIOLATION.code() || code == CloseCode.TOKEN_EXPIRED.code();
    }

    static ClosedCause of(StopCause cause) {
        return switch (cause) {
            case ASKED -> ClosedCause.ASKED;
            case FINISHED -> ClosedCause.FINISHED;
            case NOT_UNCHANGED -> ClosedCause.NOT_UNCHANGED;
            case UNAUTHORISED -> ClosedCause.UNAUTHORISED;
            case REPLACED -> ClosedCause.REPLACED;
            case TOKEN_EXPIRED -> ClosedCause.TOKEN_EXPIRED;
            case CLOSED_BY_OPERATOR -> ClosedCause.CLOSED_BY_OPERATOR;
            case TOLD_TO_STAY_AWAY -> ClosedCause.TOLD_TO_STAY_AWAY;
            case ATTEMPTS_EXHAUSTED -> ClosedCause.ATTEMPTS_EXHAUSTED;
        };
    }

    /** Of a send that did not succeed. */
    static ClientException of(SendOutcome outcome) {
        return switch (outcome) {
            case SendOutcome.Refused refused ->
                ClientException.rejected(
                        refused.code(),
                        "the server refused the message: " + refused.code(),
                        refused.retryAfter());
            case SendOutcome.OutcomeUnknown ignored ->
                ClientException.of(
                        ErrorKind.OUTCOME_UNKNOWN,
                        "the message was sent and not acked; it may have been published or not");
            case SendOutcome.NotSent ignored ->
                ClientException.of(
                        ErrorKind.NOT_SENT, "the message was not sent: no connection in time");
            case SendOutcome.NotConnected ignored ->
                ClientException.of(ErrorKind.NOT_SENT, "the message was not sent: not connected");
            case SendOutcome.QueueFull ignored -> queueFull();
            case SendOutcome.Acked acked -> throw new IllegalArgumentException(acked + " is none");
            case SendOutcome.Written done -> throw new IllegalArgumentException(done + " is none");
        };
    }

    /** Of a request without an id. */
    static ClientException of(Incoming.Refused refused, @Nullable Duration retryAfter) {
        return ClientException.rejected(
                refused.code(),
                "the server refused the request: " + refused.code() + ": " + refused.message(),
                retryAfter);
    }

    static ClientException queueFull() {
        return ClientException.of(
                ErrorKind.QUEUE_FULL,
                "the message was not taken: too many wait to be sent or acked already");
    }
}
