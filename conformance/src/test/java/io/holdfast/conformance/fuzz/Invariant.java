package io.holdfast.conformance.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Says what did not hold. Plain, because it runs millions of times. */
public final class Invariant {

    private Invariant() {}

    public static void holds(boolean condition, String sentence) {
        if (!condition) {
            throw new AssertionError("Does not hold: " + sentence);
        }
    }

    public static void holds(boolean condition, String sentence, Supplier<?> seen) {
        if (!condition) {
            throw new AssertionError("Does not hold: " + sentence + "; seen: " + seen.get());
        }
    }

    public static void same(Object expected, @Nullable Object actual, String sentence) {
        if (!expected.equals(actual)) {
            throw new AssertionError("Does not hold: " + sentence + "\n  expected: " + expected
                    + "\n  actual:   " + actual);
        }
    }

    /** By the JDK, whose decoder puts another character wherever there is something wrong. */
    public static boolean isUtf8(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes);
    }
}
