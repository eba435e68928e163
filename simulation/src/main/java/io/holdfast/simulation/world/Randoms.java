package io.holdfast.simulation.world;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Randomness of one component, made from the run's seed and the component's name: what one component
 * draws does not move what another one draws, so that a shortened schedule stays the same world.
 */
public final class Randoms implements RandomGenerator {
    private final long seed;
    private final SplittableRandom source;

    public Randoms(long seed) {
        this.seed = seed;
        this.source = new SplittableRandom(seed);
    }

    public Randoms fork(String name) {
        long mixed = seed;
        for (int i = 0; i < name.length(); i++) {
            mixed = (mixed ^ name.charAt(i)) * 0x100000001B3L;
        }
        return new Randoms(mixed ^ (mixed >>> 29));
    }

    @Override
    public long nextLong() {
        return source.nextLong();
    }

    /** 0 to {@code most}, both included. */
    public long upTo(long most) {
        return most <= 0 ? 0 : source.nextLong(most + 1);
    }

    public long between(long least, long most) {
        return least + upTo(most - least);
    }

    public int between(int least, int most) {
        return (int) between((long) least, (long) most);
    }

    public boolean chance(double probability) {
        return source.nextDouble() < probability;
    }

    public <T> T oneOf(List<T> choices) {
        return choices.get(source.nextInt(choices.size()));
    }

    @SafeVarargs
    public final <T> T oneOf(T... choices) {
        return choices[source.nextInt(choices.length)];
    }
}
