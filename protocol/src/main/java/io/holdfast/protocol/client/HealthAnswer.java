package io.holdfast.protocol.client;

import org.jspecify.annotations.Nullable;

/** What came back when health was asked before a reconnect. */
public enum HealthAnswer {
    OK,
    /** Also while it starts: it will be ready, and says so itself. */
    SHUTTING_DOWN,
    /** Nothing, or nothing in time. */
    NONE,
    /** Something that is not one of our answers: the connect itself will tell. */
    OTHER;

    private static final int SERVICE_UNAVAILABLE = 503;

    /**
     * Reads an answer (spec: lifecycle, "Health"). 503 needs no page of ours: it may be a proxy's,
     * whose server is gone.
     *
     * @param http the status of the answer
     * @param says the {@code status} in its page; null where it has none
     */
    public static HealthAnswer of(int http, @Nullable String says) {
        if (http == SERVICE_UNAVAILABLE) {
            return SHUTTING_DOWN;
        }
        return switch (says) {
            case "ok" -> OK;
            case "shutting_down", "starting" -> SHUTTING_DOWN;
            case null, default -> OTHER;
        };
    }
}
