package io.holdfast.benchmarks.load;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;

/**
 * One publisher, many subscribers, a window of messages outstanding: a message is complete when the
 * slowest subscriber has it, and only then is the next one sent. Messages that fall due in one turn
 * of the generator are sent in one write.
 */
public final class FanOutLoad extends Load implements ConnectionListener {
    private final Wire wire;
    private final int subscribers;
    private final int window;
    private final int payloadBytes;
    private final Connection[] receivers;
    private final long[] received;
    /**
     * By message number modulo the window: subscribers that do not have it yet, and when it was
     * sent.
     */
    private final int[] waiting;

    private final long[] sentAtNanos;
    private final ExpectedMessage delivery;
    private Phase phase = Phase.CONNECTING;
    private long sent;
    private long complete;

    private enum Phase {
        CONNECTING,
        PROBING,
        RUNNING,
        STOPPING
    }

    public FanOutLoad(Wire wire, int subscribers, int window, int payloadBytes) {
        this.wire = wire;
        this.subscribers = subscribers;
        this.window = window;
        this.payloadBytes = payloadBytes;
        this.receivers = new Connection[subscribers];
        this.received = new long[subscribers];
        this.waiting = new int[window];
        this.sentAtNanos = new long[window];
        this.delivery = new ExpectedMessage(wire::isDelivery);
    }

    @Override
    public void prepare(Generator generator) {
        Connection publisher = generator.connect(subscribers, wire.publisherPath(), this);
        for (int index = 0; index < subscribers; index++) {
            makeRoom(generator, index + 1);
            receivers[index] = generator.connect(index, wire.subscriberPath(index), this);
        }
        awaitOpened(generator, subscribers + 1);
        awaitQuiet(generator);
        phase = Phase.PROBING;
        for (Connection receiver : receivers) {
            receiver.captureData(true);
        }
        Request request = wire.publication(payloadBytes);
        publish(generator, publisher, request, 1);
        await(
                generator,
                () -> complete == 1,
                Duration.ofSeconds(10),
                "first message to every subscriber");
        completed = 0;
        latency().reset();
        generator.atEndOfTurn(() -> {
            if (phase == Phase.RUNNING) {
                publish(generator, publisher, request, window - (int) (sent - complete));
            }
        });
    }

    private void publish(Generator generator, Connection publisher, Request request, int count) {
        if (count == 0) {
            return;
        }
        ByteBuffer batch = generator.outgoing();
        long nowNanos = System.nanoTime();
        for (int i = 0; i < count; i++) {
            int slot = (int) (sent++ % window);
            waiting[slot] = subscribers;
            sentAtNanos[slot] = nowNanos;
            batch.put(request.next());
        }
        publisher.send(batch.flip());
    }

    /** The first turn of the generator sends the first window. */
    @Override
    public void start() {
        phase = Phase.RUNNING;
    }

    @Override
    public void stop() {
        phase = Phase.STOPPING;
    }

    @Override
    public boolean finished() {
        return sent == complete;
    }

    @Override
    public long missing() {
        return sent * subscribers - Arrays.stream(received).sum();
    }

    @Override
    public int payloadBytes() {
        return delivery.payloadBytes();
    }

    @Override
    public void opened(Connection connection) {
        countOpened();
        if (connection.index() < subscribers) {
            wire.subscriberPreparation().forEach(connection::send);
        }
    }

    @Override
    public void message(Connection connection, int length, long nowNanos) {
        if (phase == Phase.CONNECTING) {
            noteMessage(nowNanos);
            return;
        }
        if (connection.index() == subscribers) {
            return; // The publisher's acknowledgements: not what is measured.
        }
        if (phase == Phase.PROBING) {
            boolean right = delivery.learn(connection.payload(), length);
            connection.captureData(!right);
        }
        if (delivery.matches(length)) {
            delivered(connection.index(), nowNanos);
        } else {
            unexpected++;
        }
    }

    private void delivered(int subscriber, long nowNanos) {
        if (received[subscriber] == sent) {
            unexpected++; // More than were sent: a duplicate.
            return;
        }
        int slot = (int) (received[subscriber]++ % window);
        completed++;
        record(nowNanos - sentAtNanos[slot]);
        if (--waiting[slot] == 0) {
            complete++;
        }
    }

    @Override
    public void closed(Connection connection, int code) {
        countBroken();
    }
}
