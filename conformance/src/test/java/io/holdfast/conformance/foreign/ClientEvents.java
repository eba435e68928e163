package io.holdfast.conformance.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.ClientBuilder;
import io.holdfast.client.ClientException;
import io.holdfast.client.Event;
import io.holdfast.client.HoldfastClient;
import io.holdfast.conformance.client.Inbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A client of ours, read event by event; what a test waits for in vain fails it. */
public final class ClientEvents implements AutoCloseable {
    private final HoldfastClient client;
    private final List<Event> seen = new ArrayList<>();

    private ClientEvents(HoldfastClient client) {
        this.client = client;
    }

    public static ClientEvents of(ClientBuilder builder) {
        return new ClientEvents(builder.open());
    }

    public HoldfastClient client() {
        return client;
    }

    /** Everything so far, in order. */
    public List<Event> seen() {
        return List.copyOf(seen);
    }

    /** The next of this kind; others before it are passed over, but not the end. */
    public <E extends Event> E next(Class<E> kind) throws InterruptedException {
        while (true) {
            Event event = client.receive(Inbox.PATIENCE);
            assertThat(event)
                    .as("waiting for %s after %s", kind.getSimpleName(), seen)
                    .isNotNull();
            seen.add(event);
            if (kind.isInstance(event)) {
                return kind.cast(event);
            }
            assertThat(event)
                    .as("waiting for %s after %s", kind.getSimpleName(), seen)
                    .isNotInstanceOf(Event.Closed.class);
        }
    }

    /** How the connection ended, or why it did not come about. */
    public ClientException nextError() throws InterruptedException {
        return next(Event.Disconnected.class).error();
    }

    /** The announced waits before that many retries. */
    public List<Duration> nextWaits(int count) throws InterruptedException {
        List<Duration> waits = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            waits.add(next(Event.Disconnected.class).retryIn());
        }
        return waits;
    }

    @Override
    public void close() {
        client.close();
    }
}
