package io.holdfast.benchmarks.load;

import java.time.Duration;

/** Connections that do nothing but answer pings. */
public final class IdleLoad implements ConnectionListener {
    private static final int MAX_UPGRADES_UNDER_WAY = 64;
    private static final Duration UPGRADE_LIMIT = Duration.ofSeconds(30);

    private final Wire wire;
    private int opened;
    private int broken;

    public IdleLoad(Wire wire) {
        this.wire = wire;
    }

    /** Opens {@code count} connections and lets the server settle. */
    public void open(Generator generator, int count, Duration settle) {
        for (int index = 0; index < count; index++) {
            int connected = index;
            Load.await(
                    generator,
                    () -> connected - opened < MAX_UPGRADES_UNDER_WAY,
                    UPGRADE_LIMIT,
                    "upgrade");
            generator.connect(index, wire.subscriberPath(index), this);
        }
        Load.await(generator, () -> opened == count, UPGRADE_LIMIT, "upgrade");
        generator.runFor(settle);
    }

    /** Connections the server closed although nobody asked. */
    public int broken() {
        return broken;
    }

    @Override
    public void opened(Connection connection) {
        opened++;
    }

    @Override
    public void message(Connection connection, int payloadLength, long nowNanos) {
        // Presence: not what is measured.
    }

    @Override
    public void closed(Connection connection, int code) {
        broken++;
    }
}
