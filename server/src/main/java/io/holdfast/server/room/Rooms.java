package io.holdfast.server.room;

import io.holdfast.protocol.session.Session;
import io.holdfast.protocol.stream.StreamName;
import io.holdfast.protocol.time.ServiceClock;
import io.holdfast.server.metrics.Metrics;
import io.holdfast.store.Store;
import io.holdfast.store.StoreException;
import io.holdfast.store.StreamImage;
import io.holdfast.transport.LoopContext;
import io.netty.buffer.ByteBufAllocator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** All rooms of a server: what its event loops share about them. */
public final class Rooms {
    /** The room in which everyone of the rooms dialect starts, and which hears of coming and going. */
    public static final String LOBBY = "lobby";

    /** Where applications' events appear. Clients may join it and never publish to it. */
    public static final String DEEPSTREAM_EVENTS = "deepstream.events";

    /** Names in an answer to who is in a room; the count is exact. */
    static final int MAX_NAMES = 1_000;

    private final List<LoopRooms> byLoop = new ArrayList<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong historyBytes = new AtomicLong();
    private final AtomicLong historyMessages = new AtomicLong();
    private final Environment environment;
    private final Encoding deflated;

    /** What rooms need of the server. */
    public interface Environment {
        /** As they are now: they can change. */
        RoomLimits limits();

        PresenceWriter presence();

        /** How many clients presence messages say there are. */
        int connections();

        /** Presence is gathered for that reason. */
        boolean draining();

        Store store();

        /** Counts only while the server serves. */
        ServiceClock clock();

        Metrics metrics();

        void storeFailed(StoreException why);

        /** Something of our own went wrong, and was kept from doing more harm. */
        void fault(RuntimeException fault);
    }

    /** @param random makes the streams' epochs */
    public Rooms(
            List<LoopContext> loops,
            Environment environment,
            RandomGenerator.SplittableGenerator random) {
        this.environment = environment;
        this.deflated = new WebSocketDeflated(
                loop -> loops.get(loop).deflater(), () -> settings().deflateFrom());
        for (LoopContext loop : loops) {
            byLoop.add(new LoopRooms(this, loop, loops.size(), random.split()));
        }
    }

    /** For WebSockets that have agreed to compression. */
    public Encoding deflated() {
        return deflated;
    }

    /** The part that belongs to one loop, and is used only there. */
    public LoopRooms on(LoopContext loop) {
        return byLoop.get(loop.index());
    }

    /** Rooms now. Any thread. */
    public int count() {
        return count.get();
    }

    /** Bytes of all histories. Any thread. */
    public long historyBytes() {
        return historyBytes.get();
    }

    /** Messages in all histories. Any thread. */
    public long historyMessages() {
        return historyMessages.get();
    }

    /**
     * Takes over what an earlier process had. Called once, before the first client comes; completes
     * when all loops have done so.
     *
     * @param sessionNumbers by client id, of the sessions that are still there
     */
    public CompletableFuture<Void> restore(
            Iterable<StreamImage> images, Map<String, Long> sessionNumbers) {
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        for (StreamImage image : images) {
            boolean personal = StreamName.isPersonal(image.name());
            Long number = personal
                    ? sessionNumbers.get(StreamName.clientOf(image.name()))
                    : Long.valueOf(0);
            if (number != null) {
                LoopRooms home = byLoop.get(homeOf(image.name()));
                parts.add(CompletableFuture.runAsync(
                        () -> home.restore(image, number), home.context()::execute));
            } else {
                // Its session is gone, and nobody else will ever ask for it.
                store().endStream(image.name(), image.epoch());
            }
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new));
    }

    /**
     * Stops all streams and says what they hold. What is published afterwards is not in it.
     *
     * @return completed by the loops; the images are made when they are read
     */
    public CompletableFuture<Iterable<StreamImage>> freeze() {
        List<CompletableFuture<List<HomeStream>>> parts = new ArrayList<>();
        for (LoopRooms loop : byLoop) {
            parts.add(CompletableFuture.supplyAsync(loop::freeze, loop.context()::execute));
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> {
                    List<HomeStream> all = new ArrayList<>();
                    parts.forEach(part -> all.addAll(part.join()));
                    return () -> all.stream().map(HomeStream::image).iterator();
                });
    }

    /** A client that was away has not come back in time. Any thread. */
    public void departed(String clientId) {
        LoopRooms home = byLoop.get(homeOf(LOBBY));
        home.context().execute(() -> home.departed(clientId));
    }

    /** A session is over. Any thread. */
    public void ended(Session session) {
        LoopRooms home = byLoop.get(homeOf(StreamName.personal(session.clientId())));
        home.context().execute(() -> home.ended(session));
    }

    List<LoopRooms> loops() {
        return byLoop;
    }

    int homeOf(String stream) {
        return Math.floorMod(stream.hashCode() * 0x9E3779B9, byLoop.size());
    }

    /** Takes a room's place under the limit, if there is one. */
    boolean open() {
        if (count.incrementAndGet() > settings().maxRooms()) {
            count.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Takes a place for a room that an earlier process had, limit or not. */
    void reopened() {
        count.incrementAndGet();
    }

    void closed() {
        count.decrementAndGet();
    }

    void historyGrew(long bytes, long messages) {
        historyBytes.addAndGet(bytes);
        historyMessages.addAndGet(messages);
    }

    PresenceWriter presence() {
        return environment.presence();
    }

    int connections() {
        return environment.connections();
    }

    /** Whether a room of that size is told of comings and goings once a second only. */
    boolean gathers(int members) {
        return environment.draining() || members > settings().gatherPresenceAbove();
    }

    RoomLimits settings() {
        return environment.limits();
    }

    Store store() {
        return environment.store();
    }

    ServiceClock clock() {
        return environment.clock();
    }

    Metrics metrics() {
        return environment.metrics();
    }

    void storeFailed(StoreException why) {
        environment.storeFailed(why);
    }

    void fault(RuntimeException fault) {
        environment.fault(fault);
    }

    ByteBufAllocator allocator() {
        return ByteBufAllocator.DEFAULT;
    }
}
