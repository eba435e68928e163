package io.holdfast.protocol.client;

/** When a connection is pinged, and when its silence has lasted too long. */
final class Heartbeat {
    private final long intervalNanos;
    private final long silenceNanos;
    private long lastTraffic;
    private long nextPing;

    Heartbeat(ClientSettings settings) {
        this.intervalNanos = settings.pingInterval().toNanos();
        this.silenceNanos = settings.silence().toNanos();
    }

    /** A connection was welcomed. */
    void begin(long now) {
        lastTraffic = now;
        nextPing = now + intervalNanos;
    }

    void received(long now) {
        lastTraffic = now;
    }

    /** A ping goes out of turn. */
    void pinged(long now) {
        nextPing = now + intervalNanos;
    }

    /** A ping goes in its turn: one for all that were missed, and the phase is kept. */
    void pingedInTurn(long now) {
        nextPing += ((now - nextPing) / intervalNanos + 1) * intervalNanos;
    }

    boolean isSilent(long now) {
        return now >= silentAt();
    }

    long deadline() {
        return Math.min(nextPing, silentAt());
    }

    ClientDeadline reason() {
        return nextPing < silentAt() ? ClientDeadline.PING : ClientDeadline.SILENCE;
    }

    private long silentAt() {
        return lastTraffic + silenceNanos;
    }
}
