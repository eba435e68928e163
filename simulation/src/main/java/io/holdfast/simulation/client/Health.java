package io.holdfast.simulation.client;

import io.holdfast.protocol.client.HealthAnswer;

/** What a health address would say now. */
@FunctionalInterface
public interface Health {
    HealthAnswer ask();
}
