package io.holdfast.protocol.admission;

import java.time.Duration;

/**
 * Who may connect; immutable.
 *
 * @param maxConnections at once; at least 1
 * @param perMinute connections accepted from one address in any minute; 0 switches the limit off
 * @param tokenWaitNanos for a connection over {@code perMinute} to present a token; at least 1
 * @param fullTokenWaitNanos the same over {@code maxConnections}, where only a client that takes
 *     its own zombie's place has anything to hope for; at least 1
 * @param blockNanos for an address that is refused again and again; at least 1
 */
public record AdmissionSettings(
        int maxConnections,
        int perMinute,
        long tokenWaitNanos,
        long fullTokenWaitNanos,
        long blockNanos) {

    public static final AdmissionSettings DEFAULT = of(100, 10);

    public AdmissionSettings {
        if (maxConnections < 1 || perMinute < 0) {
            throw new IllegalArgumentException("Limits of " + maxConnections + " connections and "
                    + perMinute + " a minute and address; expected at least 1 and 0: use 0 a"
                    + " minute to switch that limit off.");
        }
        if (tokenWaitNanos < 1 || fullTokenWaitNanos < 1 || blockNanos < 1) {
            throw new IllegalArgumentException("A time for a token or a block was zero or"
                    + " negative; expected positive times.");
        }
    }

    /** With the specification's times. */
    public static AdmissionSettings of(int maxConnections, int perMinute) {
        return new AdmissionSettings(
                maxConnections,
                perMinute,
                Duration.ofSeconds(5).toNanos(),
                Duration.ofSeconds(2).toNanos(),
                Duration.ofHours(1).toNanos());
    }
}
