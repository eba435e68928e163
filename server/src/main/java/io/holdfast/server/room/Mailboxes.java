package io.holdfast.server.room;

import io.holdfast.transport.LoopContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One loop's outgoing mail: gathered during a turn and posted at its end, one task for each receiving
 * loop.
 *
 * <p>Belongs to the sending loop; the receiving side only counts down.
 */
final class Mailboxes {
    /**
     * Pieces of mail on their way to one loop above which new messages are refused. At some 200 bytes
     * each this is a dozen megabytes, and far more than a loop that keeps up ever has waiting.
     */
    static final int MAX_ON_THEIR_WAY = 65_536;

    /** The receiving ends, by loop index. */
    private final List<LoopRooms> receivers;

    private final @Nullable List<Mail>[] gathered;
    private final AtomicInteger[] onTheirWay;

    @SuppressWarnings({"unchecked", "rawtypes"})
    Mailboxes(List<LoopRooms> receivers, int loops) {
        this.receivers = receivers;
        this.gathered = new List[loops];
        this.onTheirWay = new AtomicInteger[loops];
        for (int i = 0; i < loops; i++) {
            onTheirWay[i] = new AtomicInteger();
        }
    }

    void add(int loop, Mail mail, LoopContext sender) {
        List<Mail> batch = gathered[loop];
        if (batch == null) {
            batch = new ArrayList<>();
            gathered[loop] = batch;
        }
        batch.add(mail);
        sender.requestTurnEnd();
    }

    /** Whether a loop is too far behind to be sent new messages. */
    boolean isFull(int loop) {
        List<Mail> batch = gathered[loop];
        return onTheirWay[loop].get() + (batch == null ? 0 : batch.size()) >= MAX_ON_THEIR_WAY;
    }

    void post() {
        for (int loop = 0; loop < gathered.length; loop++) {
            List<Mail> batch = gathered[loop];
            if (batch != null) {
                gathered[loop] = null;
                AtomicInteger counter = onTheirWay[loop];
                counter.addAndGet(batch.size());
                LoopRooms receiver = receivers.get(loop);
                receiver.context().execute(() -> {
                    counter.addAndGet(-batch.size());
                    receiver.receive(batch);
                });
            }
        }
    }
}
