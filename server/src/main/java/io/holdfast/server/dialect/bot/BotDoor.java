package io.holdfast.server.dialect.bot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.admission.Admission;
import io.holdfast.protocol.admission.Refusal;
import io.holdfast.protocol.admission.Slot;
import io.holdfast.server.connection.Connection;
import io.holdfast.server.connection.Core;
import io.holdfast.server.connection.Dialect;
import io.holdfast.server.connection.LoopConnections;
import io.holdfast.server.connection.RefusedConnection;
import io.holdfast.server.json.JsonText;
import io.holdfast.server.metrics.LimitName;
import io.holdfast.transport.LoopContext;
import io.holdfast.transport.TcpEndpoint;
import io.holdfast.transport.WireHandler;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where bots come in: gives each new connection its owner, which may be one that says why it cannot
 * stay. Thread-safe.
 */
public final class BotDoor implements TcpEndpoint, io.holdfast.server.connection.Admission {
    /** Nobody knows when a connection will end; this is soon enough and no burden. */
    private static final long FULL_RETRY_SECONDS = 10;

    private final Core core;
    private final BotDialect dialect;
    private final BotAdmission admission;

    public BotDoor(Core core, BotDialect dialect) {
        this.core = core;
        this.dialect = dialect;
        this.admission = new BotAdmission(core::config);
        core.metrics()
                .gauge(
                        "holdfast.bots.admitted",
                        "Connections of bots that count for bot_max_connections.",
                        admission::admitted);
        core.metrics()
                .gauge(
                        "holdfast.bots.provisional",
                        "Connections of bots over a limit that have yet to show a session token.",
                        admission::provisional);
        core.metrics()
                .gauge(
                        "holdfast.blocked.addresses",
                        "Addresses whose connections are refused for a while.",
                        admission::blocked);
    }

    @Override
    public WireHandler open(InetSocketAddress peer, LoopContext context) {
        LoopConnections loop = core.connections(context);
        String remote = peer.getAddress().getHostAddress();
        if (core.isDraining()) {
            Dialect.Refusal leaving = core.refusal(dialect);
            return refused(remote, leaving.code(), leaving.reason(), leaving.message());
        }
        if (!core.admit(BotDialect.NAME)) {
            loop.metrics().count(LimitName.MAX_CONNECTIONS);
            return refused(remote, new Admission.Refused(Refusal.FULL, FULL_RETRY_SECONDS));
        }
        return switch (admission.connect(remote)) {
            case Admission.Admitted admitted ->
                connection(
                        remote,
                        admitted.slot(),
                        core.config().bot().authTimeout().toNanos());
            case Admission.Provisional provisional ->
                connection(
                        remote,
                        provisional.slot(),
                        Math.max(1, provisional.deadlineNanos() - System.nanoTime()));
            case Admission.Refused refused -> {
                core.release(BotDialect.NAME);
                loop.metrics().count(limit(refused.why()));
                yield refused(remote, refused);
            }
        };
    }

    private WireHandler connection(String remote, Slot slot, long firstMessageNanos) {
        BotConnection connection =
                new BotConnection(core, dialect, this, remote, slot, firstMessageNanos);
        connection.admittedBy(this);
        return connection;
    }

    private Connection refused(String remote, Admission.Refused refused) {
        JsonText out = new JsonText();
        BotMessages.error(
                out,
                error(refused.why()),
                refused.why().message(),
                null,
                refused.retryAfterSeconds());
        return refused(
                remote,
                CloseCode.TRY_AGAIN_LATER,
                refused.why().message(),
                new String(out.toBytes(), UTF_8));
    }

    private Connection refused(String remote, CloseCode code, String reason, String message) {
        return new RefusedConnection(core, BotDialect.NAME, remote, code, reason, message);
    }

    /**
     * Whether a connection may stay, now that its first message is there.
     *
     * @param returning the client whose good session token it has shown, or null
     * @param principal whom it has authenticated as
     */
    Admission judge(Slot slot, @Nullable String returning, String principal) {
        if (returning == null) {
            return admission.withoutToken(slot);
        }
        Connection before = core.clients().find(returning);
        return admission.tokenAccepted(
                slot, before instanceof BotConnection bot ? bot.slotFor(principal) : null);
    }

    @Override
    public void gone(Connection connection) {
        core.release(BotDialect.NAME);
        if (connection instanceof BotConnection bot) {
            admission.release(bot.slot());
        }
    }

    static LimitName limit(Refusal why) {
        return switch (why) {
            case FULL -> LimitName.BOT_MAX_CONNECTIONS;
            case RATE -> LimitName.CONNECTIONS_PER_MINUTE_PER_IP;
            case BLOCKED -> LimitName.BLOCKED;
        };
    }

    static BotError error(Refusal why) {
        return switch (why) {
            case FULL -> BotError.TOO_MANY_CONNECTIONS;
            case RATE -> BotError.TOO_MANY_NEW_CONNECTIONS;
            case BLOCKED -> BotError.BLOCKED;
        };
    }
}
