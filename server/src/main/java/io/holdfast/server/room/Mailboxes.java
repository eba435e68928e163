package io.holdfast.server.room;

import io.holdfast.transport.LoopContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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

    /** Bytes of messages on their way to one loop above which new ones are refused. */
    static final long MAX_BYTES_ON_THEIR_WAY = 64L * 1024 * 1024;

    /** The receiving ends, by loop index. */
    private final List<LoopRooms> receivers;

    private final @Nullable List<Mail>[] gathered;
    private final AtomicInteger[] onTheirWay;
    /** Bytes of messages gathered, or posted and not received yet. */
    private final AtomicLong[] bytes;

    @SuppressWarnings({"unchecked", "rawtypes"})
    Mailboxes(List<LoopRooms> receivers, int loops) {
        this.receivers = receivers;
        this.gathered = new List[loops];
        this.onTheirWay = new AtomicInteger[loops];
        this.bytes = new AtomicLong[loops];
        for (int i = 0; i < loops; i++) {
            onTheirWay[i] = new AtomicInteger();
            bytes[i] = new AtomicLong();
        }
    }

    void add(int loop, Mail mail, LoopContext sender) {
        List<Mail> batch = gathered[loop];
        if (batch == null) {
            batch = new ArrayList<>();
            gathered[loop] = batch;
        }
        batch.add(mail);
        if (mail instanceof Mail.Publish publish) {
            bytes[loop].addAndGet(publish.payload().length);
        }
        sender.requestTurnEnd();
    }

    /** Whether a loop is too far behind to be sent new messages. */
    boolean isFull(int loop) {
        List<Mail> batch = gathered[loop];
        if (bytes[loop].get() >= MAX_BYTES_ON_THEIR_WAY) {
            return true;
        }
        return onTheirWay[loop].get() + (batch == null ? 0 : batch.size()) >= MAX_ON_THEIR_WAY;
    }

    void post() {
        for (int loop = 0; loop < gathered.length; loop++) {
            List<Mail> batch = gathered[loop];
            if (batch != null) {
                gathered[loop] = null;
                AtomicInteger counter = onTheirWay[loop];
                counter.addAndGet(batch.size());
                AtomicLong size = bytes[loop];
                LoopRooms receiver = receivers.get(loop);
                receiver.context().execute(() -> {
                    counter.addAndGet(-batch.size());
                    size.addAndGet(-bytesOf(batch));
                    receiver.receive(batch);
                });
            }
        }
    }

    private static long bytesOf(List<Mail> batch) {
        long sum = 0;
        for (Mail mail : batch) {
            if (mail instanceof Mail.Publish publish) {
                sum += publish.payload().length;
            }
        }
        return sum;
    }
}
