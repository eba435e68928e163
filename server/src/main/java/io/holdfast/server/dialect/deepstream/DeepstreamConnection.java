package io.holdfast.server.dialect.deepstream;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.Limits;
import io.holdfast.protocol.connection.ConnectionLifecycle;
import io.holdfast.protocol.outbox.Priority;
import io.holdfast.protocol.session.Claim;
import io.holdfast.server.auth.AuthResult;
import io.holdfast.server.connection.Arrival;
import io.holdfast.server.connection.Clients;
import io.holdfast.server.connection.Core;
import io.holdfast.server.connection.Hello;
import io.holdfast.server.connection.StreamConnection;
import io.holdfast.server.dialect.ErrorCode;
import io.holdfast.server.dialect.ErrorMessage;
import io.holdfast.server.dialect.ResumeMessages;
import io.holdfast.server.json.JsonText;
import io.holdfast.server.metrics.ErrorKind;
import io.holdfast.server.room.Acceptance;
import io.holdfast.server.room.Joined;
import io.holdfast.server.room.Refusal;
import io.holdfast.server.room.Subscription;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One pipeline application. */
final class DeepstreamConnection extends StreamConnection {
    private final DeepstreamDialect dialect;
    private AuthResult.@Nullable Accepted identity;
    private boolean reconnection;
    private boolean finished;
    private volatile boolean terminating;
    private @Nullable String terminateRequest;

    /** @param identity who it is, or null while a first message has yet to say so */
    DeepstreamConnection(
            Core core,
            DeepstreamDialect dialect,
            String remote,
            AuthResult.@Nullable Accepted identity,
            boolean resumes) {
        super(core, DeepstreamDialect.NAME, remote, resumes);
        this.dialect = dialect;
        this.identity = identity;
    }

    @Override
    protected ConnectionLifecycle begin(long nowNanos) {
        RandomGenerator random = loop().random();
        return identity == null || resumes()
                ? ConnectionLifecycle.awaitingFirstMessage(
                        dialect.heartbeat(loop()), nowNanos, random)
                : ConnectionLifecycle.open(dialect.heartbeat(loop()), nowNanos, random);
    }

    @Override
    protected void onOpened() {
        if (core().needsToken() && identity != null) {
            authenticated();
            expiresWith(identity);
        }
        core().connected(this);
    }

    @Override
    protected void onText(byte[] bytes, int from, int to) {
        DeepstreamMessage message = dialect.reader(loop()).read(bytes, from, to);
        if (identity == null) {
            firstMessage(message);
            return;
        }
        if (fenced()) {
            // Its successor has the session: what it says counts no more.
            return;
        }
        switch (message) {
            case DeepstreamMessage.AppReady m -> appReady(m, bytes);
            case DeepstreamMessage.BadInstanceId bad ->
                close(CloseCode.UNSUPPORTED_DATA, "Invalid client ID");
            case DeepstreamMessage.AppTerminated m -> appTerminated(m);
            case DeepstreamMessage.CommandResult m ->
                core().log().suspicious(this, "command_result for a command that was not sent");
            case DeepstreamMessage.Event m -> event(m, bytes);
            case DeepstreamMessage.Ping ping -> pong();
            case DeepstreamMessage.Pong pong -> {
                // Its arrival was all that it had to say.
            }
            case DeepstreamMessage.Auth again -> {
                // Accepted already, by header, query or an earlier message.
            }
            case DeepstreamMessage.Bad bad -> error(bad.reason());
            case DeepstreamMessage.OverLimit over -> {
                loop().metrics().count(over.limit());
                error(over.reason());
            }
        }
    }

    private void firstMessage(DeepstreamMessage message) {
        AuthResult result = message instanceof DeepstreamMessage.Auth auth
                ? core().authenticator().authenticate(auth.token())
                : null;
        if (result instanceof AuthResult.Accepted accepted) {
            identity = accepted;
            authenticated();
            if (!resumes()) {
                admitted();
            }
            expiresWith(accepted);
            return;
        }
        loop().metrics().count(ErrorKind.UNAUTHORIZED);
        if (result instanceof AuthResult.Rejected rejected && rejected.expired()) {
            close(CloseCode.TOKEN_EXPIRED, "Token expired");
        } else {
            close(CloseCode.POLICY_VIOLATION, "Unauthorized");
        }
    }

    private void appReady(DeepstreamMessage.AppReady m, byte[] bytes) {
        AuthResult.Accepted who = identity;
        if (who == null) {
            return;
        }
        if (isSeated()) {
            appReadyAgain(m);
            return;
        }
        if (m.configEnd() - m.configStart() > Limits.MAX_SESSION_STATE_BYTES) {
            error("\"config\" may have at most " + Limits.MAX_SESSION_STATE_BYTES + " bytes");
            return;
        }
        if (core().isDraining()) {
            refuse(dialect);
            return;
        }
        reconnection = m.reconnection() || (resumes() && m.hello().returns());
        Claim claim = new Claim(
                who.principal(),
                who.individual(),
                resumes() ? m.hello().token() : null,
                reconnection,
                true,
                resumes());
        Clients.Seat.Taken taken =
                arrive(m.instanceId(), claim, core().config().deepstream().sessionTtl());
        if (taken == null) {
            return;
        }
        admitted();
        authenticated();
        if (m.configEnd() > m.configStart()) {
            byte[] config = Arrays.copyOfRange(bytes, m.configStart(), m.configEnd());
            core().clients().remember(m.instanceId(), generation(), config);
        }
        core().ready(this, taken.restored());
        if (resumes()) {
            arrived(taken, m.hello(), List.of(), false);
        } else {
            commitThen(() -> acknowledge(reconnection, taken.restored()));
        }
    }

    private void appReadyAgain(DeepstreamMessage.AppReady m) {
        if (!m.instanceId().equals(clientId())) {
            error("this connection is already that of instance " + clientId());
        } else if (!resumes()) {
            acknowledge(m.reconnection(), true);
        } else {
            error("app_ready was answered already; it is said once on a connection");
        }
    }

    private void acknowledge(boolean returns, boolean restored) {
        JsonText out = loop().text().clear();
        out.raw(returns ? "{\"type\":\"reconnection_ack\"" : "{\"type\":\"ready_ack\"")
                .raw(",\"status\":\"ok\",\"session_restored\":")
                .raw(returns && restored ? "true" : "false")
                .raw(",\"server_status\":\"")
                .raw(core().isDraining() ? "shutting_down" : "running")
                .raw("\"}");
        send(out);
    }

    @Override
    protected void welcome(Arrival arrival, Duration tokenTtl) {
        JsonText out = loop().text();
        if (reconnection) {
            ResumeMessages.reconnectionAck(out, clientId(), arrival, core().isDraining(), tokenTtl);
        } else {
            out.clear()
                    .raw("{\"type\":\"ready_ack\",\"status\":\"ok\",\"session_restored\":false")
                    .raw(",\"server_status\":\"")
                    .raw(core().isDraining() ? "shutting_down\"" : "running\"");
            ResumeMessages.token(out, arrival.token(), tokenTtl);
            ResumeMessages.newStreams(out, arrival.streams());
            out.raw("}");
        }
        send(Priority.CRITICAL, out.bytes(), 0, out.length());
    }

    @Override
    protected void onArrived(Arrival arrival, Hello hello) {
        for (String stream : arrival.unknown()) {
            JsonText out = loop().text();
            ErrorMessage.write(
                    out,
                    ErrorCode.UNKNOWN_STREAM,
                    "the session does not belong to stream " + stream,
                    null,
                    0);
            send(out);
        }
    }

    @Override
    public void freshToken(String token) {
        JsonText out = loop().text();
        ResumeMessages.freshToken(out, token, core().config().auth().sessionTokenTtl());
        send(out);
    }

    private void appTerminated(DeepstreamMessage.AppTerminated m) {
        String expected = terminateRequest;
        if (expected == null || !expected.equals(m.requestId())) {
            core().log()
                    .suspicious(this, "app_terminated with a request_id that was not sent to it");
            return;
        }
        if (!"OK".equals(m.status())) {
            core().log().suspicious(this, "app_terminated with another status than \"OK\"");
            return;
        }
        finished = true;
        closeAcknowledged(CloseCode.NORMAL, "Client terminated");
    }

    private void event(DeepstreamMessage.Event m, byte[] bytes) {
        if (!isWelcomed()) {
            error("send app_ready before events, and wait for the answer");
            return;
        }
        JsonText out = loop().text();
        out.clear()
                .raw("{\"type\":\"message\",\"from\":")
                .string(clientId())
                .raw(",\"room\":\"" + DeepstreamDialect.EVENTS_ROOM + "\",\"data\":{\"name\":")
                .raw(bytes, m.nameStart(), m.nameEnd())
                .raw(",\"data\":")
                .raw(bytes, m.dataStart(), m.dataEnd())
                .raw("},\"timestamp\":\"")
                .raw(loop().timestamps().now())
                .raw("\"}");
        if (!publish(DeepstreamDialect.EVENTS_ROOM, out.bytes(), 0, out.length(), m.id())) {
            refuse(
                    ErrorCode.RATE_LIMITED,
                    "more than " + Limits.MAX_UNACKED_MESSAGES
                            + " events are not acked yet; wait for their acks",
                    m.id());
        }
    }

    private void pong() {
        if (mayAnswerPing()) {
            send(loop().text().clear().raw("{\"type\":\"pong\"}"));
        }
    }

    @Override
    public boolean tellShutdown(long reconnectAfterSeconds, long timeoutSeconds) {
        return terminate("Server shutting down");
    }

    private boolean terminate(String reason) {
        terminating = true;
        RandomGenerator random = loop().random();
        // A version 4 UUID (RFC 9562 section 5.4) from the loop's own source.
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        String requestId = new UUID(high, low).toString();
        terminateRequest = requestId;
        JsonText out = loop().text().clear();
        out.raw("{\"type\":\"terminate_app\",\"request_id\":\"")
                .raw(requestId)
                .raw("\",\"reason\":")
                .string(reason)
                .raw("}");
        core().log().state(this, "terminating", "terminate_app is sent");
        return send(out);
    }

    @Override
    public String state() {
        return terminating ? "terminating" : "connected";
    }

    @Override
    protected void onLost() {
        if (isSeated()) {
            leave(finished);
            core().log().state(this, "disconnected", "application is gone");
        }
        core().disconnected(this);
    }

    private void error(String reason) {
        loop().metrics().count(ErrorKind.BAD_MESSAGE);
        JsonText out = loop().text();
        ErrorMessage.write(out, ErrorCode.BAD_MESSAGE, reason, null, 0);
        send(out);
    }

    private boolean send(JsonText out) {
        return send(out.bytes(), 0, out.length());
    }

    @Override
    protected void published(@Nullable String id, String stream, long seq, Acceptance how) {
        // Only clients that resume keep events until they are acked.
        if (resumes()) {
            JsonText out = loop().text();
            ResumeMessages.ack(out, id, "ok", stream, seq);
            send(out);
        }
    }

    @Override
    protected void notPublished(@Nullable String id, String stream, Refusal why) {
        boolean store = why == Refusal.STORE_UNAVAILABLE;
        unavailable(
                store ? "the server's store does not work now" : "the server is overloaded", id);
    }

    @Override
    protected void unavailable(String what, @Nullable String id) {
        refuse(ErrorCode.UNAVAILABLE, what + "; nothing was published", id);
    }

    private void refuse(ErrorCode code, String why, @Nullable String id) {
        JsonText out = loop().text();
        ErrorMessage.write(out, code, why, id, 1);
        send(out);
    }

    @Override
    protected void joined(Subscription subscription, Joined joined) {
        // Applications join no rooms.
    }

    @Override
    public void members(String room, List<String> clients, int count, @Nullable String id) {
        // They do not ask who is in one either.
    }

    @Override
    protected void sendGap(String stream, long from, long to) {
        JsonText out = loop().text();
        ResumeMessages.gap(out, stream, from, to);
        send(out);
    }

    @Override
    protected Duration presenceGrace() {
        return Duration.ZERO;
    }
}
