package io.holdfast.conformance.vectors;

import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;

/** The random numbers of a vector: those of the step in order, the last one again and again. */
final class Fractions implements RandomGenerator {
    private static final double[] HALF = {0.5};

    private double[] fractions = HALF;
    private int next;

    /** The fractions of a step; a half where it names none. */
    void of(JsonNode step) {
        JsonNode given = step.path("random");
        fractions = given.isArray()
                ? given.valueStream().mapToDouble(JsonNode::doubleValue).toArray()
                : HALF;
        next = 0;
    }

    @Override
    public double nextDouble() {
        return fractions[Math.min(next++, fractions.length - 1)];
    }

    @Override
    public long nextLong() {
        throw new AssertionError("the vectors have fractions only");
    }
}
