package io.holdfast.client;

/**
 * Hears of everything, one event at a time and in order, on the executor of the application (by
 * default a virtual thread). It may block: that delays later events, never the connection.
 */
@FunctionalInterface
public interface EventListener {
    /** An exception is logged, and the next event comes. */
    void on(Event event) throws Exception;
}
