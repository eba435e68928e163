package io.holdfast.client;

import io.holdfast.client.dialect.BotDialect;
import io.holdfast.client.dialect.Hello;
import io.holdfast.client.dialect.Incoming;
import io.holdfast.client.dialect.WireDialect;
import io.holdfast.protocol.client.BotErrors;
import io.holdfast.protocol.client.ClientLifecycle;
import io.holdfast.protocol.reconnect.Ending;
import io.holdfast.protocol.reconnect.ServerAdvice;
import io.holdfast.protocol.reconnect.Target;
import io.holdfast.protocol.stream.Position;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What is said between a client and its server, over all connections: who we are, where we were,
 * what has to be sent again, and what the server's words mean. The connection itself is the
 * {@link Driver}'s, whose thread this is on.
 */
final class Conversation {
    /** Advice beyond this is a server's mistake, or as good as "do not come back". */
    private static final long LONGEST_ADVICE_SECONDS = Duration.ofDays(1).toSeconds();

    private final Options options;
    private final WireDialect dialect;
    private final Driver driver;
    private final ClientLog log;
    private final Outbox outbox;
    private final Session session;
    private final Rejoining rejoining;
    private final Reauths reauths;
    /** Whether this connection goes on with the session. */
    private boolean resumes;

    Conversation(Options options, Driver driver, EventQueue events, ClientLog log) {
        this.options = options;
        this.dialect = options.dialect();
        this.driver = driver;
        this.log = log;
        this.outbox =
                new Outbox(options.pending(), options.completions(), this::write, this::carriedOut);
        this.session = new Session(dialect.defaultRoom(), events, driver::missed);
        if (options.resumeFrom() != null) {
            session.restore(options.resumeFrom());
        }
        this.rejoining = new Rejoining(dialect, driver::sendText, this::notRejoined);
        this.reauths = new Reauths(options.pending().keep(), options.completions());
    }

    Outbox outbox() {
        return outbox;
    }

    Session session() {
        return session;
    }

    /** Whether a server that is sent elsewhere can take the session along. */
    boolean resumes() {
        return resumes;
    }

    /** The connection is gone: what was said on it needs no answer any more. */
    void disconnected(ClientException why) {
        outbox.disconnected();
        rejoining.stop();
        reauths.lost(why);
    }

    /** The last that is heard of everything. */
    void closed(ClientException why) {
        outbox.closed();
        reauths.lost(why);
    }

    long nextDeadlineNanos() {
        return Math.min(rejoining.nextDeadlineNanos(), reauths.nextDeadlineNanos());
    }

    void timer(long now) {
        rejoining.timer(now);
        reauths.timer(now);
    }

    /**
     * Shows the server other credentials in the middle of a connection.
     *
     * @param given by the application; null for the supplier's, or else the session's own
     */
    void reauth(BotDialect bot, @Nullable String given, CompletableFuture<Void> answer, long now) {
        if (given != null) {
            driver.dialer().use(given); // Also where it connects again.
        }
        TokenSupplier supplier = options.tokenSupplier();
        String own = session.token();
        if (!driver.isConnected()) {
            answer.completeExceptionally(ClientException.of(
                    ErrorKind.NOT_SENT, "nothing was shown: there is no connection now"));
        } else if (reauths.begin(answer, now)) {
            if (given == null && supplier != null) {
                driver.dialer().freshToken(supplier, new ShownWhenGot(bot));
            } else {
                reauths.send(driver::sendText, bot.reauth(given, own));
            }
        }
    }

    /** The supplier's answer, which comes in a turn of its own. */
    private final class ShownWhenGot implements Dialer.TokenTaker {
        private final BotDialect bot;

        ShownWhenGot(BotDialect bot) {
            this.bot = bot;
        }

        @Override
        public void got(String token) {
            driver.turn(now -> reauths.send(driver::sendText, bot.reauth(token, null)));
        }

        @Override
        public void failed(String detail) {
            driver.turn(now -> reauths.notSent(ClientException.of(ErrorKind.UNAUTHORISED, detail)));
        }
    }

    /** Whether waiting longer gets no more of what the application has handed over acked. */
    boolean isFlushed(ClientLifecycle lifecycle, long leaveBy) {
        return switch (lifecycle.phase()) {
            case CONNECTED -> outbox.unacked() == 0;
            case CONNECTING -> !driver.isClosing() || outbox.isEmpty();
            case DISCONNECTED ->
                !driver.isClosing() || outbox.isEmpty() || lifecycle.nextDeadlineNanos() >= leaveBy;
            case CLOSED -> true;
        };
    }

    /** A peer that asks and does not read gets no further answers piled up for it. */
    void answer(@Nullable Link to, Incoming.Ping ping) {
        if (to != null && to.unwrittenBytes() <= Link.PONG_ROOM_BYTES) {
            driver.sendOn(to, ping.answer());
        }
    }

    /** The transport is open: says who we are. */
    void begin(Link link, boolean resume, @Nullable String accessToken, long now) {
        resumes = resume;
        Hello hello = greet(link, resume, accessToken);
        if (!dialect.isWelcomed(hello)) {
            driver.accepted(null, now);
            ready(false);
        }
    }

    /** Says who we are on a connection that is not yet, or not the one that serves. */
    Hello greet(Link link, boolean resume, @Nullable String accessToken) {
        Hello hello = session.hello(options, resume, driver.lastCloseCode(), accessToken);
        for (String text : dialect.greeting(hello)) {
            driver.sendOn(link, text);
        }
        return hello;
    }

    /** The connection that {@link #greet} spoke on is the one that serves, from now on. */
    void goesOnThere() {
        resumes = true;
    }

    void take(Incoming incoming, long now) {
        switch (incoming) {
            case Incoming.Said said -> said(said);
            case Incoming.Acked acked -> acked(acked);
            case Incoming.Refused refused -> refused(refused, now);
            case Incoming.Pong ignored -> driver.roundTripEnds();
            case Incoming.Ping ping -> answer(driver.link(), ping);
            case Incoming.Welcome welcome -> welcome(welcome, now);
            case Incoming.Missed missed -> session.missed(missed);
            case Incoming.FreshToken fresh -> {
                session.freshToken(fresh.sessionToken());
                reauths.taken();
                tokenChanged(fresh.sessionToken(), fresh.expiresInSeconds());
            }
            case Incoming.Leaving leaving -> leaving(leaving, now);
            case Incoming.Moving moving -> moving(moving, now);
            case Incoming.Present present -> {
                Presence who = new Presence(present.room(), present.clients(), present.count());
                if (present.id() == null || !outbox.present(present.id(), who)) {
                    driver.emit(Notices.of(present));
                }
            }
            case Incoming.Terminate terminate -> {
                outbox.held();
                driver.terminate(terminate.requestId(), terminate.reason());
            }
            case Incoming.Command command ->
                driver.emit(
                        new Event.Command(command.requestId(), command.command(), command.args()));
            case Incoming.Notice notice ->
                driver.emit(new Event.Notice(notice.type(), notice.text()));
        }
    }

    private void said(Incoming.Said said) {
        String stream = said.stream();
        if (driver.isClosing()
                || (resumes && stream != null && !session.isNew(stream, said.seq()))) {
            return;
        }
        driver.emit(new Event.Message(
                stream,
                said.seq(),
                said.id(),
                said.from(),
                said.room(),
                said.data(),
                said.timestamp()));
        driver.pauseIfFull();
    }

    private void welcome(Incoming.Welcome welcome, long now) {
        if (!driver.awaitsWelcome()) {
            return; // Twice on a connection: the first one counts.
        }
        driver.accepted(welcome.clientId(), now);
        arrived(welcome);
    }

    /** What follows from a welcome that the connection's owner has taken. */
    void arrived(Incoming.Welcome welcome) {
        if (welcome.features().contains("length-prefixed")) {
            driver.speakFrames(welcome.features().contains("gzip"));
        }
        reauths.taken(); // By the server that we moved to; elsewhere nobody waits any more.
        boolean restored = resumes ? session.welcomed(welcome, true) : plainWelcome(welcome);
        if (restored) {
            Map<String, Long> recovered = new LinkedHashMap<>();
            welcome.streams().forEach((name, start) -> recovered.put(name, start.recovered()));
            log.info("[RESUMED]", "recovers " + recovered);
            driver.emit(new Event.Resumed(recovered));
        }
        String token = welcome.sessionToken();
        if (token != null) {
            tokenChanged(token, welcome.expiresInSeconds());
        }
        rejoining.begin(session.missingRooms(welcome));
        if (session.hasToLeaveDefaultRoom(restored)) {
            rejoining.leave(Objects.requireNonNull(dialect.defaultRoom()));
        }
        ready(restored && resumes);
    }

    /** A deepstream application's session goes on without resume, too. */
    private boolean plainWelcome(Incoming.Welcome welcome) {
        if (options.resume()) {
            session.welcomed(welcome, false);
        } else {
            session.welcomedPlainly(welcome);
        }
        return welcome.restored();
    }

    private void ready(boolean restored) {
        options.onConnect().forEach(driver::sendText);
        outbox.connected(restored);
    }

    private void tokenChanged(String token, long seconds) {
        driver.emit(new Event.SessionToken(token, Duration.ofSeconds(Math.max(0, seconds))));
    }

    private void acked(Incoming.Acked acked) {
        String id = acked.id();
        if (id == null) {
            return;
        }
        String stream = acked.stream();
        String epoch = acked.epoch();
        if (resumes && stream != null && epoch != null && Position.isSeq(acked.seq())) {
            session.begins(stream, new Position(epoch, acked.seq()));
        }
        if (!rejoining.answered(id)) {
            outbox.acked(id, acked.status(), stream, acked.seq());
        }
    }

    private void refused(Incoming.Refused refused, long now) {
        long seconds = refused.retryAfterSeconds();
        Duration retryAfter =
                seconds < 0 ? null : Duration.ofSeconds(Math.min(seconds, LONGEST_ADVICE_SECONDS));
        String id = refused.id();
        if (id != null
                && (rejoining.refused(id, refused, retryAfter, now)
                        || outbox.refused(id, refused.code(), refused.message(), retryAfter))) {
            return;
        }
        boolean welcomed = driver.isConnected();
        Ending meaning = BotErrors.endingOf(refused.code(), refused.message(), welcomed);
        if (id == null && meaning == null && reauths.refused(Failures.of(refused, retryAfter))) {
            return;
        }
        driver.lastWord(meaning, retryAfter);
        driver.emit(Notices.of(refused));
    }

    private void leaving(Incoming.Leaving leaving, long now) {
        long seconds = leaving.reconnectAfterSeconds();
        Duration after =
                seconds < 0 ? null : Duration.ofSeconds(Math.min(seconds, LONGEST_ADVICE_SECONDS));
        driver.advised(new ServerAdvice(after, null), now, now);
        outbox.held();
        driver.emit(new Event.Advice(leaving.type(), after == null ? Duration.ZERO : after, null));
    }

    private void moving(Incoming.Moving moving, long now) {
        long seconds = Math.clamp(moving.afterSeconds(), 0, LONGEST_ADVICE_SECONDS);
        Duration after = Duration.ofSeconds(seconds);
        boolean known = Target.isValid(moving.host(), moving.port());
        Target where = known ? new Target(moving.host(), moving.port()) : null;
        // There before the server's own end of it, where the old connection stays meanwhile.
        long mine = resumes && known ? after.toNanos() / 10 * 9 : after.toNanos();
        ServerAdvice told = known ? new ServerAdvice(null, where) : ServerAdvice.HOME;
        driver.advised(told, now, now + mine);
        String target = known ? moving.host() + ":" + moving.port() : null;
        driver.emit(new Event.Advice("server_migration", after, target));
    }

    private void write(Request request) {
        String room = request.room();
        if (room != null && request.kind() != Request.Kind.WHO) {
            rejoining.isAskedFor(room);
        }
        driver.write(request);
    }

    /** The application believes that it is in this room, and is not. */
    private void notRejoined(String room, Incoming.Refused why, boolean again) {
        String text = "not in " + room + " again: " + why.code() + ": " + why.message();
        log.error("[GAP]", text + (again ? "; it is tried again" : ""));
        driver.emit(Notices.notRejoined(room, why));
    }

    private void carriedOut(Request request) {
        String room = request.room();
        if (room != null && request.kind() == Request.Kind.JOIN) {
            session.joined(room);
        } else if (room != null && request.kind() == Request.Kind.LEAVE) {
            session.left(room);
        }
    }
}
