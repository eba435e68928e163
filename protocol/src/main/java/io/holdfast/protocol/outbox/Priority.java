package io.holdfast.protocol.outbox;

/** In what order entries leave an {@link Outbox}. */
public enum Priority {
    /** Ping, pong, and what a connection must hear about its own life. */
    CRITICAL(0),
    /** Acks, replies, errors. */
    HIGH(1),
    /** Everything else. */
    NORMAL(2),
    /** Statistics and logs: dropped when there is no room. */
    LOW(3);

    /** 0 goes first. */
    final int rank;

    Priority(int rank) {
        this.rank = rank;
    }
}
