package io.holdfast.client;

import io.holdfast.protocol.client.ClientLifecycle;
import io.holdfast.protocol.client.Phase;
import io.holdfast.protocol.reconnect.Ending;
import io.holdfast.protocol.reconnect.ServerAdvice;
import io.holdfast.protocol.reconnect.Target;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a client's connections: log lines, events, counts and alerts, which must not
 * differ from each other. The driver's thread only.
 */
final class Chronicle {
    private final ClientLog log;
    private final EventQueue events;
    private final Alerts alerts;
    private final Counters counters = new Counters();
    /** As this client calls itself, or empty. */
    private final String ownId;

    private String clientId = "";
    private long connectedSince;
    private boolean everConnected;
    /** Whether the present connection had its welcome. */
    private boolean up;

    private Ending lastEnding = new Ending.Left();
    private String lastDetail = Failures.describe(lastEnding);
    private @Nullable ClientException lastError;
    private volatile Phase phase = Phase.DISCONNECTED;

    Chronicle(Options options, EventQueue events, long nowNanos) {
        this.ownId = options.clientId() == null ? "" : options.clientId();
        this.log = new ClientLog(
                (ownId.isEmpty() ? "" : ownId + " at ") + options.endpoint().origin());
        this.events = events;
        this.alerts = new Alerts(options.alerts(), nowNanos, events::put);
    }

    void at(Phase now) {
        phase = now;
    }

    /** From any thread. */
    Phase phase() {
        return phase;
    }

    ClientLog log() {
        return log;
    }

    Alerts alerts() {
        return alerts;
    }

    Counters counters() {
        return counters;
    }

    void connecting(int attempt) {
        events.put(new Event.Connecting(attempt));
    }

    /** The server's first word: how it calls us; null when it does not say. */
    void welcomed(@Nullable String asClientId) {
        clientId = asClientId == null ? ownId : asClientId;
    }

    void connected(long now) {
        if (everConnected) {
            counters.reconnected(now);
        }
        everConnected = true;
        connectedSince = now;
        up = true;
        alerts.connected();
        log.info("[CONNECTED]", clientId.isEmpty() ? "connected" : "as " + clientId);
        events.put(new Event.Connected(clientId));
    }

    void moves(Endpoint to) {
        log.info("[RECONNECTING]", "moving to " + to + "; this connection stays until then");
    }

    void moveFailed(Endpoint to, String detail) {
        log.error("[RECONNECTING]", "not moved to " + to + ": " + detail);
    }

    void moved(Endpoint to, @Nullable String asClientId, long now) {
        welcomed(asClientId);
        connectedSince = now;
        counters.reconnected(now);
        log.info("[CONNECTED]", "moved to " + to);
        events.put(new Event.Connected(clientId));
    }

    /** How the transport tells it; the lifecycle makes an ending of its own where none was. */
    void heard(Ending ending, String detail) {
        lastEnding = ending;
        lastDetail = detail;
    }

    void disconnected(Ending ending, long now) {
        String detail = ending.equals(lastEnding) ? lastDetail : Failures.describe(ending);
        lastError = Failures.of(ending, detail);
        counters.ended(ending, up);
        up = false;
        if (ending instanceof Ending.Closed || ending instanceof Ending.Left) {
            log.info("[DISCONNECTED]", detail);
        } else {
            log.error("[DISCONNECTED]", detail);
        }
        alerts.ended(ending, now);
    }

    void reconnecting(int attempts, Duration wait, Endpoint where) {
        log.info(
                "[RECONNECTING]",
                "attempt " + attempts + " in " + wait.toMillis() + " ms at " + where);
        events.put(new Event.Disconnected(error(), wait));
    }

    void shuttingDown(ServerAdvice advice) {
        Target where = advice.where();
        String what = "the server is leaving";
        if (where != null) {
            what = "the server sends this client to " + where.host() + ":" + where.port();
        } else if (advice.home()) {
            what = "the server sends this client away";
        } else if (advice.after() != null) {
            what += "; to come back after " + advice.after().toMillis() + " ms";
        }
        log.info("[SHUTDOWN]", what);
    }

    void circuit(String state, String reason) {
        if (state.equals("open")) {
            log.error("[CIRCUIT]", state + ": " + reason);
        } else {
            log.info("[CIRCUIT]", state + ": " + reason);
        }
    }

    void missed(Event.Gap gap) {
        counters.gaps++;
        log.error("[GAP]", gap.toString());
        events.put(gap);
        alerts.missed(gap);
    }

    void closed(ClosedCause cause) {
        boolean asked = cause == ClosedCause.ASKED;
        log.info("[DISCONNECTED]", "for good: " + cause.name().toLowerCase(Locale.ROOT));
        events.put(new Event.Closed(cause, asked ? null : error()));
    }

    ClientException error() {
        return lastError == null
                ? ClientException.of(ErrorKind.CLOSED, "closed before it was connected")
                : lastError;
    }

    ClientMetrics metrics(ClientLifecycle lifecycle, Outbox outbox, long now) {
        boolean connected = lifecycle.phase() == Phase.CONNECTED;
        return new ClientMetrics(
                lifecycle.phase().name().toLowerCase(Locale.ROOT),
                connected ? Duration.ofNanos(now - connectedSince) : Duration.ZERO,
                counters.reconnectsPerMinute(now),
                lifecycle.attempts(now),
                counters.lastCloseCode,
                Duration.ofNanos(counters.roundTripNanos),
                counters.messagesReceived,
                counters.messagesSent,
                counters.bytesReceived,
                counters.bytesSent,
                outbox.size(),
                events.size(),
                events.bytes(),
                events.dropped(),
                counters.gaps);
    }
}
