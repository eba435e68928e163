package io.holdfast.protocol.session;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/** What newcomers of different kinds bring. */
final class Claims {
    private Claims() {}

    /** Speaks resume and comes for the first time. */
    static Claim first(String principal) {
        return new Claim(principal, false, null, false, false, true);
    }

    /** Speaks resume and asks for its session. */
    static Claim resume(String principal, @Nullable String token) {
        return new Claim(principal, false, token, true, false, true);
    }

    /** A pipeline with a name of its own, which needs no session token. */
    static Claim pipeline(String principal) {
        return new Claim(principal, false, null, true, true, false);
    }

    static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
