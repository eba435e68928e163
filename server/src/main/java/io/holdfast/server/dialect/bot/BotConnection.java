package io.holdfast.server.dialect.bot;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.Limits;
import io.holdfast.protocol.admission.Admission;
import io.holdfast.protocol.admission.Slot;
import io.holdfast.protocol.connection.ConnectionLifecycle;
import io.holdfast.protocol.connection.ConnectionSettings;
import io.holdfast.protocol.outbox.Priority;
import io.holdfast.protocol.session.Claim;
import io.holdfast.protocol.session.Session;
import io.holdfast.protocol.session.SessionTokens;
import io.holdfast.server.auth.AuthResult;
import io.holdfast.server.connection.Arrival;
import io.holdfast.server.connection.Clients;
import io.holdfast.server.connection.Core;
import io.holdfast.server.connection.Hello;
import io.holdfast.server.dialect.ClientIds;
import io.holdfast.server.dialect.ErrorCode;
import io.holdfast.server.json.JsonText;
import io.holdfast.server.metrics.ErrorKind;
import io.holdfast.server.room.Encoding;
import io.holdfast.server.room.Subscription;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One bot, from its first byte on. What it begins with decides: a {@code hello} makes it a client with
 * a session, anything else an anonymous one.
 */
final class BotConnection extends BotLink {
    private final BotDialect dialect;
    private final BotDoor door;
    private final Slot slot;
    private final long firstMessageNanos;
    private BotFeatures features = BotFeatures.NONE;
    private volatile AuthResult.@Nullable Accepted identity;
    /** Messages behind hello, at most as much as one may be long: no more is read meanwhile. */
    private final ArrayDeque<byte[]> early = new ArrayDeque<>(0);

    private int earlyBytes;

    private boolean hasSpoken;
    private boolean peerHasFinished;
    /** Whether it has sent what it should not have, and the log says so. */
    private boolean suspected;

    /** @param firstMessageNanos for its first message, or for its session token where it needs one */
    BotConnection(
            Core core,
            BotDialect dialect,
            BotDoor door,
            String remote,
            Slot slot,
            long firstMessageNanos) {
        super(core, dialect, remote);
        this.dialect = dialect;
        this.door = door;
        this.slot = slot;
        this.firstMessageNanos = firstMessageNanos;
    }

    @Override
    protected ConnectionLifecycle begin(long nowNanos) {
        watch(nowNanos);
        ConnectionSettings settings = ConnectionSettings.withoutHeartbeat(
                Duration.ofNanos(firstMessageNanos), Limits.TCP_CLOSE_GRACE);
        return ConnectionLifecycle.awaitingFirstMessage(settings, nowNanos, loop().random());
    }

    @Override
    protected void onOpened() {
        // The first word is the bot's.
    }

    @Override
    protected void onText(byte[] bytes, int from, int to) {
        pulse().messageReceived();
        if (from == to || fenced()) {
            // An empty line is nothing; and once a successor has the session, words count no more.
            return;
        }
        handle(bytes, from, to);
    }

    private void handle(byte[] bytes, int from, int to) {
        hasSpoken = true;
        BotRequest request = dialect.reader(loop()).read(bytes, from, to);
        if (!isSeated() && !begins(request)) {
            return;
        }
        switch (request) {
            case BotRequest.Hello again ->
                error(ErrorCode.BAD_MESSAGE, "hello is said once, first of all", null, 0);
            case BotRequest.Ping ping when isWelcomed() -> pong(ping, bytes);
            case BotRequest.Pong pong -> {
                pulse().pong(pong.pingId(), wire().loop().nowNanos());
                reschedule();
            }
            default -> {
                if (!isWelcomed()) {
                    wait(bytes, from, to);
                } else if (isRepeated(request) || withinRate(request.id())) {
                    perform(request, bytes);
                }
            }
        }
    }

    /** Keeps what came before the answer to hello. */
    private void wait(byte[] bytes, int from, int to) {
        earlyBytes += to - from;
        if (earlyBytes > core().config().limits().messageBytes()) {
            end(
                    BotError.TOO_LARGE,
                    "Too much was sent behind hello; wait for welcome",
                    CloseCode.MESSAGE_TOO_BIG);
            return;
        }
        early.add(Arrays.copyOfRange(bytes, from, to));
        takeAfterWelcome(false);
    }

    private void perform(BotRequest request, byte[] bytes) {
        switch (request) {
            case BotRequest.Message m -> publishJson(m.room(), bytes, m.start(), m.end(), m.id());
            case BotRequest.Direct m -> direct(m.to(), bytes, m.start(), m.end(), m.id());
            case BotRequest.Join m -> joinRoom(m.room(), m.id());
            case BotRequest.Leave m -> leaveRoom(m.room(), m.id());
            case BotRequest.Who m -> askWho(m.room(), m.id());
            case BotRequest.CommandResult m -> {
                if (!suspected) {
                    suspected = true;
                    core().log().suspicious(this, "command_result for a command that was not sent");
                }
            }
            case BotRequest.Reauth m -> reauthenticate(m);
            case BotRequest.Bad bad -> error(bad.code(), bad.reason(), bad.id(), 0);
            case BotRequest.NotJson no -> error(ErrorCode.BAD_MESSAGE, no.reason(), null, 0);
            case BotRequest.OverLimit over -> {
                loop().metrics().count(over.limit());
                error(ErrorCode.BAD_MESSAGE, over.reason(), null, 0);
            }
            case BotRequest.Hello hello -> {}
            case BotRequest.Ping ping -> {}
            case BotRequest.Pong pong -> {}
        }
    }

    /** Whether it was accepted before: repeats cost nothing. */
    private boolean isRepeated(BotRequest request) {
        return switch (request) {
            case BotRequest.Message m -> isRepeat(m.id());
            case BotRequest.Direct m -> isRepeat(m.id());
            default -> false;
        };
    }

    /** The first message; says whether there is more to do with it. */
    private boolean begins(BotRequest first) {
        switch (first) {
            case BotRequest.NotJson no ->
                end(BotError.BAD_MESSAGE, no.reason(), CloseCode.UNSUPPORTED_DATA);
            case BotRequest.OverLimit over -> {
                loop().metrics().count(over.limit());
                end(BotError.BAD_MESSAGE, over.reason(), CloseCode.UNSUPPORTED_DATA);
            }
            case BotRequest.Bad bad ->
                end(BotError.of(bad.code()), bad.reason(), CloseCode.UNSUPPORTED_DATA);
            default -> {
                if (core().isDraining()) {
                    refuse(dialect);
                } else if (first instanceof BotRequest.Hello hello) {
                    hello(hello);
                } else {
                    return beginAnonymous();
                }
            }
        }
        return false;
    }

    private void hello(BotRequest.Hello m) {
        String token = m.hello().token();
        String known = token != null
                        && core().clients().worth(m.clientKey(), token) == SessionTokens.Worth.GOOD
                ? m.clientKey()
                : null;
        AuthResult.Accepted who = letIn(m.token(), known);
        if (who == null) {
            return;
        }
        resuming();
        features = m.features().agreed();
        Claim claim =
                new Claim(who.principal(), who.individual(), token, token != null, false, true);
        Clients.Seat.Taken taken = arrive(m.clientKey(), claim, dialect.sessionTtl());
        if (taken != null) {
            settleIn(who);
            if (features.lengthPrefixed()) {
                tcp().receiveFrames();
            }
            arrived(taken, m.hello(), List.of(BotRequestReader.ROOM), false);
        }
    }

    /** Of a bot that does not say who it is: without a session. */
    private boolean beginAnonymous() {
        AuthResult.Accepted who = letIn(null, null);
        if (who == null) {
            return false;
        }
        String id = ClientIds.made("bot-", loop().random());
        Clients.Seat.Taken taken =
                arrive(id, Claim.plain(who.principal(), who.individual()), Duration.ZERO);
        if (taken == null) {
            return false;
        }
        settleIn(who);
        join(Subscription.initial(this, BotRequestReader.ROOM), false);
        return true;
    }

    private void settleIn(AuthResult.Accepted who) {
        admitted();
        authenticated();
        expiresWith(who);
        core().connected(this);
    }

    /**
     * Who it is, or null when it may not stay, by that or by the limits.
     *
     * @param token that says who it is, or null
     * @param returning the client whose session token it has shown, or null
     */
    private AuthResult.@Nullable Accepted letIn(
            @Nullable String token, @Nullable String returning) {
        AuthResult result = core().authenticator().authenticate(token);
        if (!(result instanceof AuthResult.Accepted accepted)) {
            loop().metrics().count(ErrorKind.UNAUTHORIZED);
            boolean expired = result instanceof AuthResult.Rejected rejected && rejected.expired();
            end(
                    expired ? BotError.TOKEN_EXPIRED : BotError.UNAUTHORIZED,
                    expired
                            ? "The token has expired; get a new one"
                            : "Say hello with a token that this server knows",
                    expired ? CloseCode.TOKEN_EXPIRED : CloseCode.POLICY_VIOLATION);
            return null;
        }
        identity = accepted;
        Admission admission = door.judge(slot, returning, accepted.principal());
        if (admission instanceof Admission.Refused refused) {
            end(refusal(refused), CloseCode.TRY_AGAIN_LATER);
            return null;
        }
        return accepted;
    }

    private LastWord refusal(Admission.Refused refused) {
        loop().metrics().count(BotDoor.limit(refused.why()));
        return new LastWord(
                BotDoor.error(refused.why()), refused.why().message(), refused.retryAfterSeconds());
    }

    private void reauthenticate(BotRequest.Reauth m) {
        Session session = session();
        AuthResult.Accepted before = identity;
        if (session == null || before == null) {
            error(ErrorCode.BAD_MESSAGE, "reauth needs a session; begin with hello", null, 0);
            return;
        }
        boolean expired;
        if (m.token() != null) {
            AuthResult result = core().authenticator().authenticate(m.token());
            if (result instanceof AuthResult.Accepted now
                    && now.principal().equals(before.principal())) {
                identity = now;
                expiresWith(now);
                refresh(session, null);
                return;
            }
            expired = result instanceof AuthResult.Rejected rejected && rejected.expired();
        } else {
            String shown = m.sessionToken();
            SessionTokens.Worth worth = shown == null
                    ? SessionTokens.Worth.UNKNOWN
                    : core().clients().worth(clientId(), shown);
            if (worth == SessionTokens.Worth.GOOD) {
                refresh(session, shown);
                return;
            }
            expired = worth == SessionTokens.Worth.EXPIRED;
        }
        loop().metrics().count(ErrorKind.UNAUTHORIZED);
        end(
                expired ? BotError.TOKEN_EXPIRED : BotError.UNAUTHORIZED,
                expired ? "The token has expired" : "The token is not that of this client",
                expired ? CloseCode.TOKEN_EXPIRED : CloseCode.POLICY_VIOLATION);
    }

    private void refresh(Session session, @Nullable String shown) {
        begun();
        core().clients().refreshToken(session, shown, this::settled);
    }

    @Override
    protected void welcome(Arrival arrival, Duration tokenTtl) {
        JsonText out = loop().text();
        BotMessages.welcome(
                out,
                clientId(),
                arrival,
                core().isDraining(),
                tokenTtl,
                core().config().bot().pingInterval(),
                features);
        send(Priority.CRITICAL, out);
        if (features.lengthPrefixed()) {
            tcp().sendFrames(features.gzip());
        }
    }

    @Override
    protected void onArrived(Arrival arrival, Hello hello) {
        for (String stream : arrival.unknown()) {
            error(
                    ErrorCode.UNKNOWN_STREAM,
                    "the session does not belong to stream " + stream + "; join it",
                    null,
                    0);
        }
        try {
            for (byte[] text = early.poll(); text != null && accepting(); text = early.poll()) {
                handle(text, 0, text.length);
            }
        } catch (RuntimeException fault) {
            fault(fault);
        } finally {
            takeAfterWelcome(true);
        }
        leaveIfDone();
    }

    private void pong(BotRequest.Ping ping, byte[] bytes) {
        if (mayAnswerPing()) {
            JsonText out = loop().text();
            BotMessages.pong(out, bytes, ping);
            send(Priority.CRITICAL, out);
        }
    }

    /** It will send nothing more: it gets the answers that it waits for, and that is the end. */
    @Override
    public void peerFinished() {
        peerHasFinished = true;
        if (accepting() && tcp().midMessage()) {
            end(
                    BotError.BAD_MESSAGE,
                    "The last message has no end; end each with a line feed",
                    CloseCode.UNSUPPORTED_DATA);
        } else {
            leaveIfDone();
        }
    }

    @Override
    protected void onSettled() {
        leaveIfDone();
    }

    @Override
    protected void idle() {
        leaveIfDone();
    }

    private void leaveIfDone() {
        boolean arriving = isSeated() && !isWelcomed();
        boolean owed = arriving || isUnsettled() || isWaiting() || lags();
        if (peerHasFinished && accepting() && !owed) {
            peerLeft();
        }
    }

    /** Never known: that its end has come does not say that it has read to ours. */
    @Override
    protected boolean readAll() {
        return false;
    }

    @Override
    @Nullable
    LastWord wordFor(int code, String reason) {
        if (code == CloseCode.POLICY_VIOLATION.code() && isSeated()) {
            // A flood of pings, or of messages beyond the rate.
            return new LastWord(BotError.RATE_LIMITED, reason, 0);
        }
        if (code == CloseCode.POLICY_VIOLATION.code() && !hasSpoken) {
            // The time for its first message is over.
            return door.judge(slot, null, "") instanceof Admission.Refused refused
                    ? refusal(refused)
                    : new LastWord(BotError.TIMEOUT, "No message came; begin with hello", 0);
        }
        BotError error = CloseCode.of(code).map(BotError::of).orElse(null);
        return error == null ? null : new LastWord(error, reason, 0);
    }

    @Override
    protected int maxMessagesPerMinute() {
        return core().config().bot().maxMessagesPerMinute();
    }

    @Override
    protected Duration presenceGrace() {
        // Nobody is told of bots that come or go.
        return Duration.ZERO;
    }

    @Override
    public Encoding encoding() {
        return dialect.encoding(features);
    }

    @Override
    protected void onLost() {
        keepRate();
        unwatch();
        if (isSeated()) {
            leave(!resumes());
            core().disconnected(this);
        }
    }

    /** Its place, for a newcomer of the same client and principal; null for others. Any thread. */
    @Nullable
    Slot slotFor(String principal) {
        AuthResult.Accepted mine = identity;
        return mine != null && mine.principal().equals(principal) ? slot : null;
    }

    /** Its place. */
    Slot slot() {
        return slot;
    }
}
