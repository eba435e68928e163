package io.holdfast.benchmarks.storm;

import io.holdfast.client.ClientBuilder;
import io.holdfast.client.HoldfastClient;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Real clients in this process, on the one event loop that they share. */
public final class Fleet implements AutoCloseable {
    /** Connecting at once: the beginning is not what is measured. */
    private static final int OPENING = 32;

    private static final int OPEN_LIMIT_SECONDS = 60;
    private static final long LOOK_AGAIN_MILLIS = 20;

    private final List<Member> members = new ArrayList<>();
    private final List<HoldfastClient> clients = new ArrayList<>();

    /**
     * Opens them, and waits until all are connected.
     *
     * @param builder for a client of this id
     */
    public static Fleet open(int size, Function<String, ClientBuilder> builder) {
        Fleet fleet = new Fleet();
        Deque<CompletableFuture<Void>> opening = new ArrayDeque<>();
        for (int i = 0; i < size; i++) {
            Member member = new Member("c" + i);
            HoldfastClient client =
                    builder.apply(member.id()).resume().listener(member).open();
            fleet.members.add(member);
            fleet.clients.add(client);
            opening.add(client.connected());
            if (opening.size() == OPENING) {
                connected(opening.remove());
            }
        }
        opening.forEach(Fleet::connected);
        return fleet;
    }

    static void connected(CompletableFuture<Void> opening) {
        try {
            opening.get(OPEN_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("A client could not connect: see the server's log.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while clients connected.", e);
        }
    }

    List<Member> members() {
        return members;
    }

    public int size() {
        return members.size();
    }

    /** Waits until all have been connected after this moment; whether they were in time. */
    public boolean awaitBack(long sinceNanos, Duration limit) throws InterruptedException {
        return await(
                limit,
                () -> members.stream()
                        .allMatch(member -> member.connectedAfter(sinceNanos).isPresent()));
    }

    /** Waits until each has heard what was published to it; whether they were in time. */
    public boolean awaitHeard(int[] published, Duration limit) throws InterruptedException {
        return await(limit, () -> {
            for (int i = 0; i < published.length; i++) {
                if (members.get(i).next() < published[i]) {
                    return false;
                }
            }
            return true;
        });
    }

    /** Looks from time to time: thousands of futures would be more work than what is measured. */
    private static boolean await(Duration limit, BooleanSupplier condition)
            throws InterruptedException {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNanos > 0) {
                return false;
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
        return true;
    }

    @Override
    public void close() {
        List<Thread> closing = clients.stream()
                .map(client -> Thread.ofVirtual().start(client::close))
                .toList();
        for (Thread thread : closing) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
