package io.holdfast.server.dialect.bot;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.outbox.Priority;
import io.holdfast.protocol.quality.QualitySnapshot;
import io.holdfast.server.connection.Core;
import io.holdfast.server.json.JsonText;
import io.holdfast.server.metrics.LimitName;
import io.holdfast.transport.TcpWire;

import org.jspecify.annotations.Nullable;

/** The signs of life of a bot's connection, and what follows from them. */
abstract class BotLink extends BotVoice {
    private final BotDialect dialect;
    private @Nullable Pulse pulse;

    BotLink(Core core, BotDialect dialect, String remote) {
        super(core, remote);
        this.dialect = dialect;
    }

    /** The connection has begun. */
    final void watch(long nowNanos) {
        pulse = new Pulse(dialect, nowNanos, loop().random());
    }

    /** It has ended. */
    final void unwatch() {
        if (pulse != null) {
            pulse.end();
        }
    }

    @Override
    protected final long dialectDeadlineNanos() {
        return pulse().nextDeadlineNanos();
    }

    @Override
    protected final void onTimer(long nowNanos) {
        switch (pulse().timer(nowNanos, isReadingStopped(), tcp().midMessage())) {
            case PING -> {
                JsonText out = loop().text();
                BotMessages.ping(out, pulse().pingId(), System.currentTimeMillis());
                // Of no use once the next one is due.
                long useful = core().config().bot().pingInterval().toNanos();
                send(Priority.CRITICAL, out.bytes(), 0, out.length(), useful);
            }
            case ZOMBIE -> close(CloseCode.PING_TIMEOUT, CloseCode.PING_TIMEOUT.defaultReason());
            case HALF_A_MESSAGE -> {
                loop().metrics().count(LimitName.READ_IDLE_TIMEOUT);
                end(
                        BotError.TIMEOUT,
                        "The rest of a message did not come; end each with a line feed",
                        CloseCode.POLICY_VIOLATION);
            }
            case NOTHING -> {}
        }
    }

    @Override
    public final void bytesReceived(int bytes) {
        super.bytesReceived(bytes);
        if (pulse().bytesReceived(bytes, wire().loop().nowNanos())) {
            reschedule();
        }
    }

    @Override
    public final void bytesSent(int bytes) {
        super.bytesSent(bytes);
        if (pulse != null) {
            pulse.bytesSent(bytes, wire().loop().nowNanos());
        }
    }

    @Override
    protected final void countSent(int messages) {
        super.countSent(messages);
        pulse().messagesSent(messages);
    }

    /** A poor connection gets nothing that it could do without (spec: dialect-bot). */
    @Override
    protected final boolean takes(Priority priority) {
        return priority != Priority.LOW || pulse().takesLowTraffic();
    }

    @Override
    public final @Nullable QualitySnapshot quality() {
        Pulse known = pulse;
        return known == null ? null : known.quality();
    }

    final TcpWire tcp() {
        return (TcpWire) wire();
    }

    final Pulse pulse() {
        Pulse known = pulse;
        if (known == null) {
            throw new IllegalStateException("the connection has not been opened");
        }
        return known;
    }
}
