package io.holdfast.protocol.reconnect;

import java.time.Duration;

/** The table of the specification (client, "Reconnecting"). */
public enum Preset {
    /** A page with a user in front of it: soon at first, and it gives up visibly. */
    BROWSER(1, 30, Jitter.FULL, 10),
    /** A pipeline that nobody watches. */
    DEEPSTREAM(1, 60, Jitter.AROUND, ReconnectPolicy.UNLIMITED),
    /** A TCP client, one of many behind one address. */
    BOT(2, 60, Jitter.ADDED, ReconnectPolicy.UNLIMITED),
    /** A reader of streams. */
    FEED(1, 60, Jitter.FULL, ReconnectPolicy.UNLIMITED);

    private final int firstSeconds;
    private final int capSeconds;
    private final Jitter jitter;
    private final int maxAttempts;

    Preset(int firstSeconds, int capSeconds, Jitter jitter, int maxAttempts) {
        this.firstSeconds = firstSeconds;
        this.capSeconds = capSeconds;
        this.jitter = jitter;
        this.maxAttempts = maxAttempts;
    }

    public ReconnectPolicy policy() {
        Backoff backoff = new Backoff(
                Duration.ofSeconds(firstSeconds), Duration.ofSeconds(capSeconds), jitter);
        return new ReconnectPolicy(
                backoff, maxAttempts, ReconnectPolicy.TRY_AGAIN_LATER, null, false);
    }
}
