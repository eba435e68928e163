package io.holdfast.client;

import java.time.Duration;

/** The guard of options that are times: sums of them, in nanoseconds, must not overflow. */
final class TimeOption {
    /** For what somebody waits for. */
    static final Duration DAY = Duration.ofDays(1);
    /** For what may as well be never. */
    static final Duration YEAR = Duration.ofDays(365);

    private TimeOption() {}

    static void require(String name, Duration value, Duration longest) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " is " + value + ", expected more than 0.");
        }
        if (value.compareTo(longest) > 0) {
            throw new IllegalArgumentException(
                    name + " is " + value + ", expected at most " + longest + ".");
        }
    }

    static void require(AlertCondition condition) {
        switch (condition) {
            case AlertCondition.Failures failures -> require("alert", failures.within(), YEAR);
            case AlertCondition.NotConnected outage -> require("alert", outage.time(), YEAR);
            case AlertCondition.MissedMessages ignored -> {}
        }
    }
}
