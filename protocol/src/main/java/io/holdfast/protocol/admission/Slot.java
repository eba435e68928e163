package io.holdfast.protocol.admission;

/**
 * One connection's place; kept by the connection and given back to
 * {@link ConnectionAdmission#release} when it ends, however it ends.
 */
public final class Slot {
    enum State {
        /** Over a limit; not counted among the connections. */
        PROVISIONAL,
        ADMITTED,
        /** Released, refused, or taken over. */
        ENDED
    }

    final AddressRecord from;
    /** What a provisional connection is told unless it presents a token. */
    final Refusal why;

    State state;

    Slot(AddressRecord from, Refusal why, State state) {
        this.from = from;
        this.why = why;
        this.state = state;
    }

    /** Whether the connection is counted as one: neither provisional nor ended. */
    public boolean isAdmitted() {
        return state == State.ADMITTED;
    }
}
