package io.holdfast.benchmarks.load;

import java.time.Duration;
import java.util.function.IntFunction;

/** A plain {@code rooms} client that publishes and waits until the server has acked it all. */
public final class AckedPublisher implements ConnectionListener {
    /** Far below the 512 unacked messages that the server allows to a client. */
    private static final int WINDOW = 128;

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private boolean opened;
    private long sent;
    private long acked;
    private boolean closed;

    private AckedPublisher() {}

    /** {@code count} messages with so many bytes of {@code data} into the lobby. */
    public static void publish(Generator generator, int count, int payloadBytes) {
        Request request = new RoomsWire().publication(payloadBytes);
        new AckedPublisher().run(generator, count, index -> request.next());
    }

    /** One {@code direct} message to each of the clients that {@link AwaySessions} made. */
    public static void publishToEach(Generator generator, int sessions) {
        new AckedPublisher()
                .run(
                        generator,
                        sessions,
                        index -> Frames.text("{\"type\":\"direct\",\"to\":\""
                                + AwaySessions.clientId(index) + "\",\"id\":\"" + index
                                + "\",\"data\":\"while you were away\"}"));
    }

    private void run(Generator generator, int count, IntFunction<byte[]> frame) {
        Connection connection = generator.connect(0, new RoomsWire().publisherPath(), this);
        connection.captureData(true);
        Load.await(generator, () -> opened, LIMIT, "upgrade");
        for (int index = 0; index < count; index++) {
            Load.await(generator, () -> sent - acked < WINDOW, LIMIT, "ack");
            sent++;
            connection.send(frame.apply(index));
        }
        Load.await(generator, () -> acked == sent, LIMIT, "ack");
        connection.close(1000);
        Load.await(generator, () -> closed, LIMIT, "close");
    }

    @Override
    public void opened(Connection connection) {
        opened = true;
    }

    @Override
    public void message(Connection connection, int payloadLength, long nowNanos) {
        String payload = connection.payload();
        if (payload.startsWith("{\"type\":\"ack\"")) {
            acked++;
        } else if (payload.startsWith("{\"type\":\"error\"")) {
            throw new IllegalStateException("The server refused a message: " + payload);
        }
    }

    @Override
    public void closed(Connection connection, int code) {
        closed = true;
    }
}
