package io.holdfast.client;

import java.time.Duration;

/** When an application wants to be alarmed. */
public sealed interface AlertCondition {

    /**
     * So many disconnects and failed tries within that time; told once until there are fewer again.
     * Leaving as the server has asked is none.
     */
    record Failures(int count, Duration within) implements AlertCondition {
        public Failures {
            if (count < 1 || count > 1_000 || within.isNegative() || within.isZero()) {
                throw new IllegalArgumentException("An alert after " + count + " failures in "
                        + within + "; expected 1 to 1000 and a time above 0.");
            }
        }
    }

    /** Messages were missed, and will not come. */
    record MissedMessages() implements AlertCondition {}

    /**
     * Not connected for so long, whatever ended the connection; told once for each outage.
     */
    record NotConnected(Duration time) implements AlertCondition {
        public NotConnected {
            if (time.isNegative() || time.isZero()) {
                throw new IllegalArgumentException(
                        "An alert after " + time + " without connection; expected a time above 0.");
            }
        }
    }
}
