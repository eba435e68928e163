package io.holdfast.protocol.client;

import io.holdfast.protocol.stream.Gap;

/** Hears of messages that a client will not get, before it gets anything newer of that stream. */
@FunctionalInterface
public interface GapListener {
    /** @param announced false when the server did not say so: a fault of the server */
    void gap(String stream, Gap gap, boolean announced);
}
