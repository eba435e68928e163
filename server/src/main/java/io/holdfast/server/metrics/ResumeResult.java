package io.holdfast.server.metrics;

import java.util.Locale;

/** How an attempt to resume ended: {@code holdfast_resumes_total{result,dialect}}. */
public enum ResumeResult {
    /** The session was restored and nothing was missing. */
    FULL,
    /** The session was restored; at least one stream has a gap. */
    GAP,
    /** A token or positions were sent and the session was not there any more: a new one began. */
    NEW,
    /** The session was there and the client may not have it. */
    REFUSED;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
