package io.holdfast.protocol.admission;

import io.holdfast.protocol.admission.Admission.Admitted;
import io.holdfast.protocol.admission.Admission.Provisional;
import io.holdfast.protocol.admission.Admission.Refused;
import io.holdfast.protocol.admission.Slot.State;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who may connect: so many at once, so many in a minute from one address, and nobody who is
 * blocked.
 *
 * <p>A connection over a limit is not turned away at once. A bot that comes back after a restart
 * has a session token and is exempt from the rate, and one whose old connection is a zombie takes
 * that one's place; but neither can be known before its first line. So it is admitted
 * provisionally, outside the count, for a few seconds.
 *
 * <p>Rule of use: {@link #connect} for each new connection. An admitted one calls
 * {@link #tokenAccepted} if it resumes a session, so that its zombie's place is free. A provisional
 * one calls {@link #tokenAccepted}, or {@link #withoutToken} when it showed none, a wrong one, or
 * its deadline passed. Each calls {@link #release} at its end, whatever came before. One thread at
 * a time: the shell guards it where several accept. There is no timer here.
 *
 * <p>Addresses are any text that is the same for the same address, for example without the port
 * and in canonical form.
 */
public final class ConnectionAdmission {

    /** Refusals in a minute without a token, after which the address is blocked. */
    public static final int REFUSALS_BEFORE_BLOCK = 10;

    /** Provisional connections at once: some 100 bots that come back together, twice over. */
    public static final int MAX_PROVISIONAL = 256;

    /** Half of that, so that no address can keep others from showing their tokens. */
    public static final int MAX_PROVISIONAL_PER_ADDRESS = MAX_PROVISIONAL / 2;

    /** Addresses remembered, some 4 MB; the one that came longest ago goes first. */
    public static final int MAX_ADDRESSES = 10_000;

    /** Nobody knows when a connection will end; this is soon enough and no burden. */
    private static final long FULL_RETRY_AFTER_SECONDS = 10;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final AddressBlocks blocks = new AddressBlocks();
    /** In the order of their last connection. */
    private final Map<String, AddressRecord> addresses = new LinkedHashMap<>(16, 0.75f, true);

    private AdmissionSettings settings;
    private int admitted;
    private int provisional;

    public ConnectionAdmission(AdmissionSettings settings) {
        this.settings = settings;
    }

    /** A new connection. */
    public Admission connect(String address, long nowNanos) {
        forgetIdle(nowNanos);
        long blockedNanos = blocks.remainingNanos(address, nowNanos);
        if (blockedNanos > 0) {
            return new Refused(Refusal.BLOCKED, wholeSeconds(blockedNanos));
        }
        AddressRecord record = recordOf(address);
        if (record.nanosUntilRoom(nowNanos) > 0) {
            return provisional(record, Refusal.RATE, settings.tokenWaitNanos(), nowNanos);
        }
        if (admitted >= settings.maxConnections()) {
            return provisional(record, Refusal.FULL, settings.fullTokenWaitNanos(), nowNanos);
        }
        record.accept(nowNanos);
        admitted++;
        return new Admitted(new Slot(record, Refusal.RATE, State.ADMITTED));
    }

    /**
     * The connection presented a valid session token.
     *
     * @param zombie the slot of the connection that the session had until now, if it had one: it
     *     counts no longer
     * @return {@code Admitted}, or {@code Refused} when all places are taken by others
     */
    public Admission tokenAccepted(Slot slot, @Nullable Slot zombie, long nowNanos) {
        if (slot.state == State.ENDED) {
            return refused(slot, nowNanos);
        }
        boolean takesPlace = false;
        if (zombie != null && zombie != slot && zombie.isAdmitted()) {
            release(zombie, nowNanos);
            takesPlace = true;
        }
        if (slot.state == State.PROVISIONAL) {
            endProvisional(slot);
            // A place that is taken over stays one, even where there are too many since a change.
            if (admitted >= settings.maxConnections() && !takesPlace) {
                return new Refused(Refusal.FULL, FULL_RETRY_AFTER_SECONDS);
            }
            slot.state = State.ADMITTED;
            admitted++;
        }
        return new Admitted(slot);
    }

    /**
     * The connection has no valid token: it showed none, or a wrong one, or its time is up.
     *
     * @return {@code Refused} if it was provisional: with {@link Refusal#BLOCKED} when its address
     *     is blocked from now on; {@code Admitted} if it needs no token
     */
    public Admission withoutToken(Slot slot, long nowNanos) {
        if (slot.state == State.ADMITTED) {
            return new Admitted(slot);
        }
        if (slot.state == State.PROVISIONAL) {
            endProvisional(slot);
            if (slot.from.refuse(nowNanos)) {
                blocks.blockAutomatically(slot.from.address, settings.blockNanos(), nowNanos);
            }
        }
        return refused(slot, nowNanos);
    }

    /**
     * The connection has ended. A provisional one that leaves by itself has shown no token either.
     * Repeated calls, and one for a slot that was taken over, are harmless.
     */
    public void release(Slot slot, long nowNanos) {
        if (slot.state == State.ADMITTED) {
            slot.state = State.ENDED;
            admitted--;
        } else if (slot.state == State.PROVISIONAL) {
            withoutToken(slot, nowNanos);
        }
    }

    /** Addresses that may not connect, to be changed by operators too. */
    public AddressBlocks blocks() {
        return blocks;
    }

    /**
     * Changes the limits for those who connect from now on; nobody is closed. A changed rate begins
     * to count anew.
     */
    public void configure(AdmissionSettings changed) {
        if (changed.perMinute() != settings.perMinute()) {
            addresses.clear();
        }
        settings = changed;
    }

    /** Connections admitted and not ended. */
    public int admitted() {
        return admitted;
    }

    /** Connections that have yet to present their token. */
    public int provisional() {
        return provisional;
    }

    /** Addresses remembered. */
    public int addresses() {
        return addresses.size();
    }

    private Admission provisional(
            AddressRecord record, Refusal why, long waitNanos, long nowNanos) {
        if (provisional == MAX_PROVISIONAL || record.provisional == MAX_PROVISIONAL_PER_ADDRESS) {
            // Not held against the address: it had no chance to present a token.
            return new Refused(why, wholeSeconds(waitNanos));
        }
        provisional++;
        record.provisional++;
        Slot slot = new Slot(record, why, State.PROVISIONAL);
        return new Provisional(slot, why, nowNanos + waitNanos);
    }

    private void endProvisional(Slot slot) {
        slot.state = State.ENDED;
        slot.from.provisional--;
        provisional--;
    }

    private Refused refused(Slot slot, long nowNanos) {
        long blockedNanos = blocks.remainingNanos(slot.from.address, nowNanos);
        if (blockedNanos > 0) {
            return new Refused(Refusal.BLOCKED, wholeSeconds(blockedNanos));
        }
        return slot.why == Refusal.FULL
                ? new Refused(Refusal.FULL, FULL_RETRY_AFTER_SECONDS)
                : new Refused(Refusal.RATE, wholeSeconds(slot.from.nanosUntilRoom(nowNanos)));
    }

    private AddressRecord recordOf(String address) {
        AddressRecord record = addresses.get(address);
        if (record == null) {
            if (addresses.size() == MAX_ADDRESSES) {
                Iterator<String> oldest = addresses.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
            record = new AddressRecord(address, settings.perMinute());
            addresses.put(address, record);
        }
        return record;
    }

    /** From the front, where those are that connected longest ago. */
    private void forgetIdle(long nowNanos) {
        Iterator<AddressRecord> records = addresses.values().iterator();
        while (records.hasNext() && records.next().isIdle(nowNanos)) {
            records.remove();
        }
    }

    private static long wholeSeconds(long nanos) {
        return Math.max(1, Math.ceilDiv(nanos, SECOND_NANOS));
    }
}
