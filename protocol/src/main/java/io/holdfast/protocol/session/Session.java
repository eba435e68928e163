package io.holdfast.protocol.session;

/**
 * What the server knows about a client across its connections. Changed by {@link SessionTable}
 * only; owned by the table's thread.
 */
public final class Session {
    private static final byte[] NO_STATE = new byte[0];

    private final String clientId;
    private final String principal;
    private final String dialect;
    private final long ttlNanos;
    private long generation;
    private boolean connected = true;
    private byte[] state = NO_STATE;
    /** On the session clock, which stops while the server drains; meaningful while away. */
    private long expiresAtSessionNanos;

    Session(String clientId, String principal, String dialect, long ttlNanos, long generation) {
        this.clientId = clientId;
        this.principal = principal;
        this.dialect = dialect;
        this.ttlNanos = ttlNanos;
        this.generation = generation;
    }

    public String clientId() {
        return clientId;
    }

    public String principal() {
        return principal;
    }

    public String dialect() {
        return dialect;
    }

    /** Rises with every connection that takes the session; what an older one writes is refused. */
    public long generation() {
        return generation;
    }

    public boolean connected() {
        return connected;
    }

    /** The dialect's own record (configuration, subscriptions); empty until it writes one. */
    public byte[] state() {
        return state.clone();
    }

    Takeover.Owner owner() {
        return new Takeover.Owner(principal, connected);
    }

    long expiresAtSessionNanos() {
        return expiresAtSessionNanos;
    }

    void connect(long newGeneration) {
        generation = newGeneration;
        connected = true;
    }

    void disconnect(long nowSessionNanos) {
        connected = false;
        expiresAtSessionNanos = nowSessionNanos + ttlNanos;
    }

    void write(byte[] newState) {
        state = newState.clone();
    }
}
