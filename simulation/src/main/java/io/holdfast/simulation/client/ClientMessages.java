package io.holdfast.simulation.client;

import io.holdfast.protocol.client.PendingMessages;
import io.holdfast.protocol.client.PendingOutputs;
import io.holdfast.protocol.client.PendingSettings;
import io.holdfast.protocol.client.SendOutcome;
import io.holdfast.simulation.model.ClientChecker;
import io.holdfast.simulation.wire.Line;
import io.holdfast.simulation.world.Hit;
import io.holdfast.simulation.world.Randoms;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a client sends, and what becomes of it: the shell around {@link PendingMessages}. */
final class ClientMessages implements PendingOutputs<ClientMessages.Request> {
    /** A message on its way. */
    record Request(String id, String payload, byte[] line) {}

    /** No run sends as many. */
    private static final long AHEAD = 100_000;

    private final String clientId;
    private final SimClient.World world;
    private final ClientChecker checker;
    private final Randoms random;
    private final LongSupplier now;
    /** When its thread last woke, on its own clock. */
    private final LongSupplier awake;

    private final Consumer<byte[]> transport;
    private PendingMessages<Request> pending = new PendingMessages<>(PendingSettings.DEFAULT);
    private long lastId;

    ClientMessages(
            String clientId,
            SimClient.World world,
            ClientChecker checker,
            Randoms random,
            LongSupplier now,
            LongSupplier awake,
            Consumer<byte[]> transport) {
        this.clientId = clientId;
        this.world = world;
        this.checker = checker;
        this.random = random;
        this.now = now;
        this.awake = awake;
        this.transport = transport;
    }

    PendingMessages<Request> pending() {
        return pending;
    }

    /** A new process knows nothing of what the old one had sent. */
    void restart() {
        pending = new PendingMessages<>(PendingSettings.DEFAULT);
    }

    /** Ids of messages and of other requests come from one count. */
    long nextId() {
        return ++lastId;
    }

    void submit(String type, String to) {
        String id = clientId + "-" + nextId();
        String payload = "m" + id + "x".repeat(random.between(0, 60));
        Request request = new Request(id, payload, Line.of(type, to, id, payload));
        checker.submitted(id, payload, now.getAsLong());
        world.trace().note(clientId, "submits", id, to);
        pending.submit(id, request, request.line().length, now.getAsLong(), this);
    }

    /** Of a message that nobody waits for: one to come, or one that is settled; null if none is. */
    @Nullable
    String strayId(boolean ahead) {
        String id = ahead ? clientId + "-" + (lastId + AHEAD) : clientId + "-1";
        boolean past = ahead || lastId > 0;
        return past && checker.payload(id) == null ? id : null;
    }

    void acked(Line line) {
        String id = line.word(1);
        if (Long.parseLong(id.substring(id.indexOf('-') + 1)) > lastId) {
            world.trace().hit(Hit.ACK_AHEAD);
        }
        pending.acked(id, line.word(2), line.word(3), line.number(4), this);
    }

    @Override
    public void send(Request request, boolean again) {
        checker.sent(request.id());
        transport.accept(request.line());
    }

    @Override
    public void settled(Request request, SendOutcome outcome) {
        world.trace().note(clientId, "settles", request.id(), outcome.label());
        if (outcome instanceof SendOutcome.Acked acked && acked.stream() != null) {
            world.truth().acked(acked.stream(), acked.seq(), request.payload());
        } else if (outcome instanceof SendOutcome.Refused refused) {
            world.truth().refused(request.payload(), refused.code());
        } else if (outcome instanceof SendOutcome.NotSent) {
            world.truth().refused(request.payload(), "not sent");
        }
        checker.settled(request.id(), now.getAsLong(), awake.getAsLong());
    }
}
