package io.holdfast.protocol.admission;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Addresses that may not connect for a while: their own doing, or an operator's.
 *
 * <p>One thread at a time. At most {@value #MAX_BLOCKS}; then what is over goes first, and the
 * oldest after that.
 */
public final class AddressBlocks {

    /** Some 2 MB. Whoever commands more addresses needs another defence than this. */
    public static final int MAX_BLOCKS = 10_000;

    /** Who blocked an address. */
    public enum Cause {
        /** It was refused again and again. */
        AUTOMATIC,
        OPERATOR
    }

    /** @param remainingNanos at the moment of the question */
    public record Block(String address, Cause cause, long remainingNanos) {}

    private record Entry(Cause cause, long untilNanos) {}

    private final Map<String, Entry> blocks = new LinkedHashMap<>();
    private long automatic;

    /** Blocks an address, or blocks it anew for another time. */
    public void block(String address, long durationNanos, long nowNanos) {
        if (durationNanos < 1) {
            throw new IllegalArgumentException("A block of " + durationNanos
                    + " ns; expected a positive time: use unblock to end one.");
        }
        put(address, new Entry(Cause.OPERATOR, nowNanos + durationNanos), nowNanos);
    }

    /** Ends a block; false when there was none. */
    public boolean unblock(String address, long nowNanos) {
        Entry entry = blocks.remove(address);
        return entry != null && entry.untilNanos > nowNanos;
    }

    /** How long the address stays blocked; 0 when it is not. */
    public long remainingNanos(String address, long nowNanos) {
        Entry entry = blocks.get(address);
        if (entry == null) {
            return 0;
        }
        if (entry.untilNanos <= nowNanos) {
            blocks.remove(address);
            return 0;
        }
        return entry.untilNanos - nowNanos;
    }

    /** The blocks that hold, the oldest first. */
    public List<Block> list(long nowNanos) {
        forgetOver(nowNanos);
        List<Block> list = new ArrayList<>(blocks.size());
        blocks.forEach((address, entry) ->
                list.add(new Block(address, entry.cause, entry.untilNanos - nowNanos)));
        return list;
    }

    /** Blocks that addresses brought upon themselves, since the beginning: for a metric. */
    public long automatic() {
        return automatic;
    }

    void blockAutomatically(String address, long durationNanos, long nowNanos) {
        automatic++;
        // An operator's longer block stands.
        if (remainingNanos(address, nowNanos) < durationNanos) {
            put(address, new Entry(Cause.AUTOMATIC, nowNanos + durationNanos), nowNanos);
        }
    }

    private void put(String address, Entry entry, long nowNanos) {
        blocks.remove(address); // the newest stands last
        if (blocks.size() == MAX_BLOCKS) {
            forgetOver(nowNanos);
        }
        if (blocks.size() == MAX_BLOCKS) {
            Iterator<String> oldest = blocks.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        blocks.put(address, entry);
    }

    private void forgetOver(long nowNanos) {
        blocks.values().removeIf(entry -> entry.untilNanos <= nowNanos);
    }
}
