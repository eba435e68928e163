package io.holdfast.server.room;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection that reads what it is sent: short unmasked text frames. Belongs to its loop. */
class TestSubscriber implements Subscriber {
    final List<String> received = new ArrayList<>();
    final List<String> answers = new ArrayList<>();
    private final String clientId;
    private final int loopIndex;
    private final boolean deflates;
    int deliveries;
    private @Nullable Slab publishedIn;

    TestSubscriber(String clientId, int loopIndex, boolean deflates) {
        this.clientId = clientId;
        this.loopIndex = loopIndex;
        this.deflates = deflates;
    }

    @Override
    public String clientId() {
        return clientId;
    }

    @Override
    public int loopIndex() {
        return loopIndex;
    }

    @Override
    public boolean deflates() {
        return deflates;
    }

    @Override
    public void deliver(ByteBuf framed, int messages) {
        deliveries++;
        int before = received.size();
        while (framed.isReadable()) {
            framed.skipBytes(1);
            byte[] payload = new byte[framed.readByte()];
            framed.readBytes(payload);
            received.add(new String(payload, UTF_8));
        }
        framed.release();
        if (received.size() - before != messages) {
            throw new AssertionError("said to be " + messages + " messages: "
                    + received.subList(before, received.size()));
        }
    }

    @Override
    public void accepted(@Nullable String id) {
        answers.add("accepted " + id);
    }

    @Override
    public void publishRefused(@Nullable String id) {
        answers.add("refused " + id);
    }

    @Override
    public void subscribed(String room, @Nullable String id) {
        answers.add("subscribed " + room);
    }

    @Override
    public void subscriptionRefused(String room, @Nullable String id) {
        answers.add("no room " + room);
    }

    @Override
    public void members(String room, List<String> clients, int count, @Nullable String id) {
        answers.add(room + " " + clients + " " + count);
    }

    @Override
    public @Nullable Slab publishedIn() {
        return publishedIn;
    }

    @Override
    public void publishedIn(@Nullable Slab slab) {
        publishedIn = slab;
    }
}
