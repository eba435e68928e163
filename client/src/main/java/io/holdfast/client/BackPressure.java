package io.holdfast.client;

import org.jspecify.annotations.Nullable;

/** Stops reading from the server while the application has enough. The driver's thread only. */
final class BackPressure {
    private final EventQueue events;
    private boolean paused;

    BackPressure(EventQueue events) {
        this.events = events;
    }

    /** While that is so, silence is our own. */
    boolean isPaused() {
        return paused;
    }

    void pauseIfFull(@Nullable Link link) {
        if (!paused && link != null && events.askForPause()) {
            paused = true;
            link.reading(false);
        }
    }

    void roomAgain(@Nullable Link link) {
        if (paused && link != null) {
            link.reading(true);
        }
        paused = false;
    }

    /** Another connection, which is read from. */
    void forget() {
        paused = false;
    }
}
