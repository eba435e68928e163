package io.holdfast.client;

import io.holdfast.transport.ClientLoop;

import org.jspecify.annotations.Nullable;

/**
 * The event loop that all clients of this process share: it starts with the first of them and ends
 * with the last. No application code runs on it, so one is enough.
 */
final class SharedLoop {
    private static final Object LOCK = new Object();
    private static @Nullable ClientLoop shared;
    private static int users;

    private SharedLoop() {}

    static ClientLoop take() {
        synchronized (LOCK) {
            ClientLoop loop = shared;
            if (loop == null) {
                loop = new ClientLoop("holdfast-client");
                shared = loop;
            }
            users++;
            return loop;
        }
    }

    /** Once for each {@link #take}. Waits for the thread's end when it was the last. */
    static void giveBack() {
        ClientLoop ending = null;
        synchronized (LOCK) {
            if (--users == 0) {
                ending = shared;
                shared = null;
            }
        }
        if (ending != null) {
            ending.close();
        }
    }
}
