package io.holdfast.protocol.quality;

/** How good a connection is, and what the server does about it. From best to worst. */
public enum Grade {
    GOOD(1, 1, true),
    FAIR(1, 1, true),
    /**
     * Asked twice as often, so that the end of its trouble is seen soon; given twice the time to
     * answer, and nothing that it could do without.
     */
    POOR(2, 2, false);

    private final int pongTimeoutFactor;
    private final int pingIntervalDivisor;
    private final boolean lowTraffic;

    Grade(int pongTimeoutFactor, int pingIntervalDivisor, boolean lowTraffic) {
        this.pongTimeoutFactor = pongTimeoutFactor;
        this.pingIntervalDivisor = pingIntervalDivisor;
        this.lowTraffic = lowTraffic;
    }

    /** The pong timeout is multiplied by this: 1 or 2. */
    public int pongTimeoutFactor() {
        return pongTimeoutFactor;
    }

    /** The ping interval is divided by this: 1 or 2. */
    public int pingIntervalDivisor() {
        return pingIntervalDivisor;
    }

    /** Whether entries of priority LOW are sent at all. */
    public boolean lowTraffic() {
        return lowTraffic;
    }

    /** The word in metrics, the admin API and the console. */
    public String label() {
        return switch (this) {
            case GOOD -> "good";
            case FAIR -> "fair";
            case POOR -> "poor";
        };
    }
}
