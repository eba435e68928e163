package io.holdfast.server.room;

import io.holdfast.protocol.outbox.Priority;
import io.holdfast.protocol.session.Session;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection that reads what it is sent, and can be told to take no more. On its loop. */
class TestSubscriber implements Subscriber {
    /** Messages, and between them what it was told of those it did not get. */
    final List<String> received = new ArrayList<>();

    final List<String> answers = new ArrayList<>();
    int deliveries;
    /** Whether it can take more. */
    boolean ready = true;

    boolean fellBehind;

    private final String clientId;
    private final int loopIndex;
    private final boolean sequenced;
    private final Encoding encoding;
    private @Nullable Slab publishedIn;

    TestSubscriber(String clientId, int loopIndex, boolean sequenced, Encoding encoding) {
        this.clientId = clientId;
        this.loopIndex = loopIndex;
        this.sequenced = sequenced;
        this.encoding = encoding;
    }

    static TestSubscriber plain(String clientId) {
        return new TestSubscriber(clientId, 0, false, WebSocketText.ENCODING);
    }

    static TestSubscriber sequenced(String clientId) {
        return new TestSubscriber(clientId, 0, true, WebSocketText.ENCODING);
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
    public Encoding encoding() {
        return encoding;
    }

    @Override
    public boolean sequenced() {
        return sequenced;
    }

    @Override
    public @Nullable Session session() {
        return null;
    }

    @Override
    public boolean fenced() {
        return false;
    }

    @Override
    public boolean ready(Priority priority) {
        return ready;
    }

    @Override
    public void deliver(ByteBuf framed, int messages) {
        deliveries++;
        List<Received.Text> texts = Received.frames(framed);
        framed.release();
        if (texts.size() != messages) {
            throw new AssertionError("said to be " + messages + " messages: " + texts);
        }
        texts.forEach(text -> received.add(text.text()));
    }

    @Override
    public void gap(String stream, long from, long to) {
        received.add("gap " + stream + " " + from + "-" + to);
    }

    @Override
    public void fellBehind() {
        fellBehind = true;
        received.add("fell behind");
    }

    @Override
    public void accepted(@Nullable String id, String stream, long seq, Acceptance how) {
        answers.add(how + " " + id + " " + stream + " " + seq);
    }

    @Override
    public void publishRefused(@Nullable String id, String stream, Refusal why) {
        answers.add(why + " " + id + " " + stream);
    }

    @Override
    public void subscribed(Subscription subscription, Joined joined) {
        answers.add("subscribed " + subscription.stream() + " " + joined.head());
    }

    @Override
    public void subscriptionRefused(Subscription subscription) {
        answers.add("no room " + subscription.stream());
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
