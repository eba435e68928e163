package io.holdfast.benchmarks.load;

import java.util.function.Predicate;

/**
 * Tells answers from other messages by their length, so that payloads need not be read: the length
 * is learnt from the first message of a run, which is read and checked.
 */
final class ExpectedMessage {
    /** Bytes by which an answer may differ from the first one: a sequence number that has grown. */
    private static final int TOLERANCE = 12;

    private final Predicate<String> check;
    private int payloadBytes;

    ExpectedMessage(Predicate<String> check) {
        this.check = check;
    }

    /** Learns from a captured message; false when it is not the expected kind. */
    boolean learn(String payload, int length) {
        if (!check.test(payload)) {
            return false;
        }
        payloadBytes = Math.max(payloadBytes, length);
        return true;
    }

    boolean matches(int length) {
        return Math.abs(length - payloadBytes) <= TOLERANCE;
    }

    /** 0 until learnt. */
    int payloadBytes() {
        return payloadBytes;
    }
}
