package io.holdfast.server.dialect.deepstream;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.connection.ConnectionLifecycle;
import io.holdfast.protocol.session.Claim;
import io.holdfast.server.auth.AuthResult;
import io.holdfast.server.connection.Clients;
import io.holdfast.server.connection.Connection;
import io.holdfast.server.connection.Core;
import io.holdfast.server.dialect.ErrorCode;
import io.holdfast.server.dialect.ErrorMessage;
import io.holdfast.server.json.JsonText;
import io.holdfast.server.metrics.ErrorKind;
import io.holdfast.server.room.Publisher;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One pipeline application. */
final class DeepstreamConnection extends Connection implements Publisher {
    private final DeepstreamDialect dialect;
    private AuthResult.@Nullable Accepted identity;
    private long generation;
    private boolean ready;
    private boolean finished;
    private volatile boolean terminating;
    private @Nullable String terminateRequest;

    /** @param identity who it is, or null while a first message has yet to say so */
    DeepstreamConnection(
            Core core,
            DeepstreamDialect dialect,
            String remote,
            AuthResult.@Nullable Accepted identity) {
        super(core, DeepstreamDialect.NAME, remote);
        this.dialect = dialect;
        this.identity = identity;
    }

    @Override
    protected ConnectionLifecycle begin(long nowNanos) {
        RandomGenerator random = loop().random();
        return identity == null
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
            admitted();
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
        if (ready) {
            if (m.instanceId().equals(clientId())) {
                acknowledge(m.reconnection(), true);
            } else {
                error("this connection is already that of instance " + clientId());
            }
            return;
        }
        Claim claim = new Claim(who.principal(), who.individual(), false, m.reconnection(), true);
        Clients.Seat seat = core().clients()
                .arrive(
                        m.instanceId(),
                        claim,
                        DeepstreamDialect.NAME,
                        core().config().deepstream().sessionTtl(),
                        this);
        switch (seat) {
            case Clients.Seat.Refused refused -> close(refused);
            case Clients.Seat.Taken taken -> {
                generation = taken.generation();
                ready = true;
                identify(m.instanceId());
                authenticated();
                if (m.configEnd() > m.configStart()) {
                    byte[] config =
                            java.util.Arrays.copyOfRange(bytes, m.configStart(), m.configEnd());
                    core().clients().remember(m.instanceId(), generation, config);
                }
                core().ready(this, taken.restored());
                acknowledge(m.reconnection(), taken.restored());
            }
        }
    }

    private void acknowledge(boolean reconnection, boolean restored) {
        JsonText out = loop().text().clear();
        out.raw(reconnection ? "{\"type\":\"reconnection_ack\"" : "{\"type\":\"ready_ack\"")
                .raw(",\"status\":\"ok\",\"session_restored\":")
                .raw(reconnection && restored ? "true" : "false")
                .raw(",\"server_status\":\"")
                .raw(core().isDraining() ? "shutting_down" : "running")
                .raw("\"}");
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
        if (!ready) {
            error("send app_ready before events");
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
        loop().rooms()
                .publish(this, DeepstreamDialect.EVENTS_ROOM, out.bytes(), 0, out.length(), null);
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
        if (ready) {
            core().clients().leave(clientId(), generation, DeepstreamDialect.NAME, finished);
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
    public int loopIndex() {
        return wire().loop().index();
    }

    @Override
    public void accepted(@Nullable String id) {
        // Events are not acked.
    }

    @Override
    public void publishRefused(@Nullable String id) {
        JsonText out = loop().text();
        ErrorMessage.write(
                out,
                ErrorCode.UNAVAILABLE,
                "the server is overloaded; the event was not published",
                null,
                1);
        send(out);
    }
}
