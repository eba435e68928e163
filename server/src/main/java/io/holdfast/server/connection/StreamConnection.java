package io.holdfast.server.connection;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.Limits;
import io.holdfast.protocol.outbox.Priority;
import io.holdfast.protocol.session.Claim;
import io.holdfast.protocol.session.Session;
import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.protocol.stream.Position;
import io.holdfast.protocol.stream.StreamName;
import io.holdfast.server.metrics.Counter;
import io.holdfast.server.metrics.DialectName;
import io.holdfast.server.metrics.LimitName;
import io.holdfast.server.metrics.ResumeResult;
import io.holdfast.server.room.Acceptance;
import io.holdfast.server.room.Encoding;
import io.holdfast.server.room.Joined;
import io.holdfast.server.room.LoopRooms;
import io.holdfast.server.room.Refusal;
import io.holdfast.server.room.Slab;
import io.holdfast.server.room.Subscriber;
import io.holdfast.server.room.Subscription;
import io.holdfast.server.room.WebSocketText;
import io.holdfast.store.Outcome;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection with streams: its session, its subscriptions with their cursors, what it has published
 * and not been acked, and the way from {@code hello} to the first message.
 *
 * <p>After a {@code hello} nothing is sent until every stream's home has said where the subscription
 * begins and the session is committed; then comes the answer, and behind it what the streams have
 * (spec: delivery, "Resuming").
 */
public abstract class StreamConnection extends Connection implements Subscriber {
    private static final String STORE_UNAVAILABLE = "Store unavailable";
    private static final String TOO_MANY_ROOMS = "the server has as many rooms as it may have";

    private boolean resumes;
    private final List<Subscription> subscriptions = new ArrayList<>(1);
    private volatile @Nullable Session session;
    private volatile long generation;
    private Arrival.@Nullable Gathering gathering;
    private @Nullable Slab publishedIn;
    private int feedFrom;

    /** @param resumes whether the client asked for resume */
    protected StreamConnection(Core core, DialectName dialect, String remote, boolean resumes) {
        super(core, dialect, remote);
        this.resumes = resumes;
    }

    /** The answer to a {@code hello}: everything that it says is committed. */
    protected abstract void welcome(Arrival arrival, Duration tokenTtl);

    /** A subscription that the client asked for while it was there has begun, and is committed. */
    protected abstract void joined(Subscription subscription, Joined joined);

    /** Something was not done because the server cannot do it now. */
    protected abstract void unavailable(String what, @Nullable String id);

    /** What was published is committed. */
    protected abstract void published(@Nullable String id, String stream, long seq, Acceptance how);

    protected abstract void notPublished(@Nullable String id, String stream, Refusal why);

    protected abstract void sendGap(String stream, long from, long to);

    /** How long the others are not told that it has gone. */
    protected abstract Duration presenceGrace();

    /**
     * Takes a client id without resume.
     *
     * @return null when it was refused, and the connection closes
     */
    protected final Clients.Seat.@Nullable Taken arrive(
            String clientId, Claim claim, Duration sessionTtl) {
        return switch (core().clients().arrive(clientId, claim, dialect(), sessionTtl, this)) {
            case Clients.Seat.Refused refused -> {
                if (claim.sessionToken() != null) {
                    loop().metrics().count(ResumeResult.REFUSED, dialect());
                }
                close(refused);
                yield null;
            }
            case Clients.Seat.Taken taken -> {
                generation = taken.generation();
                session = taken.session();
                identify(clientId);
                yield taken;
            }
        };
    }

    /**
     * Begins what a {@code hello} asks for.
     *
     * @param newcomerStreams where a client without a past starts
     */
    protected final void arrived(
            Clients.Seat.Taken seat, Hello hello, List<String> newcomerStreams, boolean announce) {
        Arrival.Gathering begun = new Arrival.Gathering(hello, seat);
        gathering = begun;
        List<String> streams = new ArrayList<>(seat.memberships().keySet());
        if (!seat.restored()) {
            streams.addAll(newcomerStreams);
        }
        String own = StreamName.personal(clientId());
        if (!streams.contains(own)) {
            streams.add(own);
        }
        streams.forEach(begun::expect);
        for (String stream : streams) {
            Subscription subscription = Subscription.resumed(
                    this,
                    stream,
                    hello.positions().get(stream),
                    seat.memberships().get(stream));
            subscription.hold();
            subscriptions.add(subscription);
            rooms().subscribe(subscription, announce);
        }
    }

    @Override
    public final void subscribed(Subscription subscription, Joined joined) {
        if (!accepting() || !subscriptions.contains(subscription)) {
            return;
        }
        Session mine = session;
        if (resumes && mine != null) {
            Position at = subscription.known(joined);
            core().clients().joined(clientId(), generation, subscription.stream(), at);
        }
        Arrival.Gathering begun = gathering;
        if (begun != null) {
            if (begun.answered(subscription.stream(), joined)) {
                commitThen(() -> finishArrival(begun));
            }
        } else if (resumes && mine != null) {
            core().clients()
                    .commit(
                            mine,
                            Commits.then(
                                    loop().context(),
                                    () -> {
                                        if (subscriptions.contains(subscription)) {
                                            joined(subscription, joined);
                                            rooms().release(subscription);
                                            answered(subscription);
                                        }
                                    },
                                    why -> notJoined(subscription)));
        } else {
            joined(subscription, joined);
            answered(subscription);
        }
    }

    /** Does something when the session is committed as it is now; closes when it cannot be. */
    protected final void commitThen(Runnable action) {
        Session mine = session;
        if (mine != null) {
            core().clients()
                    .commit(
                            mine,
                            Commits.then(
                                    loop().context(),
                                    action,
                                    why -> close(CloseCode.TRY_AGAIN_LATER, STORE_UNAVAILABLE)));
        }
    }

    private void finishArrival(Arrival.Gathering begun) {
        gathering = null;
        if (!accepting()) {
            return;
        }
        Arrival arrival = begun.arrival();
        countResume(arrival);
        welcome(arrival, core().config().auth().sessionTokenTtl());
        for (Subscription subscription : List.copyOf(subscriptions)) {
            rooms().release(subscription);
        }
        for (String stream : begun.refused) {
            unavailable("you are no longer in " + stream + ": " + TOO_MANY_ROOMS, null);
        }
        onArrived(arrival, begun.hello);
    }

    /** What recovered has been queued; the first chance for what comes behind it. */
    protected void onArrived(Arrival arrival, Hello hello) {}

    private void countResume(Arrival arrival) {
        if (!arrival.returning()) {
            return;
        }
        long gaps = arrival.gaps();
        loop().metrics().add(Counter.REPLAYED, dialect(), arrival.recovered());
        loop().metrics().add(Counter.GAPS, dialect(), gaps);
        ResumeResult result = !arrival.restored()
                ? ResumeResult.NEW
                : gaps == 0 ? ResumeResult.FULL : ResumeResult.GAP;
        loop().metrics().count(result, dialect());
        core().log().resumed(this, arrival);
    }

    @Override
    public final void subscriptionRefused(Subscription subscription) {
        if (!subscriptions.remove(subscription) || !accepting()) {
            return;
        }
        loop().metrics().count(LimitName.MAX_ROOMS);
        Arrival.Gathering begun = gathering;
        if (begun != null) {
            core().clients().left(clientId(), generation, subscription.stream());
            begun.refused.add(subscription.stream());
            if (begun.answered(subscription.stream(), null)) {
                commitThen(() -> finishArrival(begun));
            }
        } else {
            unavailable(TOO_MANY_ROOMS, subscription.id());
            answered(subscription);
        }
    }

    private void notJoined(Subscription subscription) {
        if (subscriptions.remove(subscription)) {
            core().clients().left(clientId(), generation, subscription.stream());
            rooms().unsubscribe(subscription);
            unavailable("the server's store does not work now", subscription.id());
            answered(subscription);
        }
    }

    /**
     * Subscribes from now on.
     *
     * @param announce whether the others are to hear that the client has come
     */
    protected final void join(Subscription subscription, boolean announce) {
        if (resumes) {
            subscription.hold();
        }
        if (subscription.wasAsked()) {
            begun();
        }
        subscriptions.add(subscription);
        rooms().subscribe(subscription, announce);
    }

    /** The client knows now what became of its subscription. */
    private void answered(Subscription subscription) {
        if (subscription.wasAsked()) {
            settled();
        }
    }

    /**
     * Leaves a room.
     *
     * @param then runs when that is committed
     */
    protected final void leave(Subscription subscription, Runnable then) {
        if (!subscription.hasBegun() || subscription.isHeld()) {
            // Its answer is still on the way, and will not find it.
            answered(subscription);
        }
        subscriptions.remove(subscription);
        rooms().unsubscribe(subscription);
        Session mine = session;
        if (resumes && mine != null) {
            begun();
            Runnable left = () -> {
                then.run();
                settled();
            };
            core().clients().left(clientId(), generation, subscription.stream());
            // Without the commit it has left all the same; after a crash it would be there again.
            Outcome outcome = Commits.then(loop().context(), left, why -> left.run());
            core().clients().commit(mine, outcome);
        } else {
            then.run();
        }
    }

    /** Whether one of its streams has something for it that it could not take yet. */
    protected final boolean lags() {
        for (Subscription subscription : subscriptions) {
            if (subscription.lags()) {
                return true;
            }
        }
        return false;
    }

    protected final @Nullable Subscription subscription(String stream) {
        for (Subscription subscription : subscriptions) {
            if (subscription.stream().equals(stream)) {
                return subscription;
            }
        }
        return null;
    }

    /** Its own included. */
    protected final int subscriptions() {
        return subscriptions.size();
    }

    /** The client asks for resume, which it need not do before its first message. */
    protected final void resuming() {
        resumes = true;
    }

    /** Whether the client asked for resume. */
    protected final boolean resumes() {
        return resumes;
    }

    /** Whether it has a client id. */
    protected final boolean isSeated() {
        return session != null;
    }

    protected final long generation() {
        return generation;
    }

    /** Whether it has been welcomed: until then it may not ask for anything. */
    protected final boolean isWelcomed() {
        return session != null && gathering == null;
    }

    /** Whether a message with this id has been accepted from its session before. */
    protected final boolean isRepeat(@Nullable String id) {
        Session mine = session();
        return id != null && mine != null && mine.dedup().find(id) != null;
    }

    /**
     * Publishes; the answer is {@link #published} or {@link #notPublished}.
     *
     * @return false when it has too many messages that are not acked
     */
    protected final boolean publish(
            String stream, byte[] payload, int from, int to, @Nullable String id) {
        if (resumes && id != null && unsettled() >= Limits.MAX_UNACKED_MESSAGES) {
            loop().metrics().count(LimitName.UNACKED_MESSAGES);
            return false;
        }
        begun();
        rooms().publish(this, stream, payload, from, to, id);
        return true;
    }

    /** Asks for the ack of a message that was accepted before, with this id. */
    protected final void repeat(String id) {
        Session mine = session();
        SessionRecord.Seen seen = mine == null ? null : mine.dedup().find(id);
        if (seen != null) {
            begun();
            rooms().repeat(this, id, seen);
        }
    }

    @Override
    public final void accepted(@Nullable String id, String stream, long seq, Acceptance how) {
        if (how == Acceptance.REPEATED) {
            loop().metrics().count(Counter.DEDUPLICATED, dialect());
        }
        published(id, stream, seq, how);
        settled();
    }

    @Override
    public final void publishRefused(@Nullable String id, String stream, Refusal why) {
        if (why == Refusal.OVERLOADED) {
            loop().metrics().count(LimitName.MAILBOX);
        }
        notPublished(id, stream, why);
        settled();
    }

    @Override
    public final boolean ready(Priority priority) {
        return accepting() && hasRoom(priority);
    }

    @Override
    protected final void feed(Priority priority) {
        // Each time from another one, so that a busy stream does not keep the others waiting.
        int count = subscriptions.size();
        feedFrom = count == 0 ? 0 : (feedFrom + 1) % count;
        for (int i = 0; i < count && i < subscriptions.size(); i++) {
            Subscription subscription = subscriptions.get((feedFrom + i) % subscriptions.size());
            boolean personal = StreamName.isPersonal(subscription.stream());
            if (subscription.lags() && personal == (priority == Priority.HIGH)) {
                rooms().feed(subscription);
            }
        }
    }

    @Override
    public final void deliver(ByteBuf framed, int messages) {
        if (accepting()) {
            wire().send(framed);
            countSent(messages);
        } else {
            framed.release();
        }
    }

    @Override
    public final void gap(String stream, long from, long to) {
        loop().metrics().count(Counter.GAPS, dialect());
        core().log().gap(this, stream, from, to);
        sendGap(stream, from, to);
    }

    @Override
    public final void fellBehind() {
        loop().metrics().count(Counter.FAILED_BROADCASTS, dialect());
        slowConsumer(LimitName.OUTBOX_LIMIT);
    }

    /**
     * Gives up its place.
     *
     * @param forGood whether its session ends
     */
    protected final Clients.Left leave(boolean forGood) {
        // What was on its way may not have arrived: if the client does not say where it is, a gap
        // too large is better than one not told.
        boolean orderly = readAll();
        for (Subscription subscription : subscriptions) {
            Position upTo = rooms().position(subscription);
            if (resumes && orderly && upTo != null && !subscription.isHeld()) {
                core().clients().handed(clientId(), generation, subscription.stream(), upTo);
            }
            rooms().unsubscribe(subscription);
        }
        subscriptions.clear();
        Duration grace = resumes ? presenceGrace() : Duration.ZERO;
        return core().clients().leave(clientId(), generation, dialect(), grace, forGood);
    }

    /** Whether the peer is known to have read what it was sent before it went. */
    protected boolean readAll() {
        return hasReadAll;
    }

    @Override
    public final @Nullable Session session() {
        return resumes ? session : null;
    }

    @Override
    public final boolean fenced() {
        Session mine = session;
        return mine != null && mine.generation() != generation;
    }

    @Override
    public final boolean sequenced() {
        return resumes;
    }

    @Override
    public final int loopIndex() {
        return wire().loop().index();
    }

    @Override
    public Encoding encoding() {
        return wire().deflates() ? core().rooms().deflated() : WebSocketText.ENCODING;
    }

    @Override
    public final @Nullable Slab publishedIn() {
        return publishedIn;
    }

    @Override
    public final void publishedIn(@Nullable Slab slab) {
        publishedIn = slab;
    }

    protected final LoopRooms rooms() {
        return loop().rooms();
    }
}
