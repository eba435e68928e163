package io.holdfast.protocol.client;

import io.holdfast.protocol.breaker.BreakerState;
import io.holdfast.protocol.breaker.CircuitBreaker;

/** What the circuit breaker did during one call of the machine, to be told at its end. */
final class CircuitNews implements CircuitBreaker.Listener {
    private String state = "";
    private String reason = "";

    @Override
    public void changed(BreakerState from, BreakerState to, String why) {
        state = to.label();
        reason = why;
    }

    void tell(ClientOutputs out) {
        if (!state.isEmpty()) {
            String told = state;
            state = "";
            out.circuit(told, reason);
        }
    }
}
