package io.holdfast.protocol.reconnect;

import java.util.random.RandomGenerator;

/** Gives the same fraction again and again. */
record ScriptedRandom(double fraction) implements RandomGenerator {
    @Override
    public double nextDouble() {
        return fraction;
    }

    @Override
    public long nextLong() {
        throw new AssertionError("only fractions are drawn");
    }
}
