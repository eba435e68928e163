package io.holdfast.conformance.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kept inputs of the fuzzer, and some near them, in every build. */
class FuzzCorpusTest {
    private static final long SEED = 20_26;
    /** Of each kept input; a few seconds in all. */
    private static final int CHANGED = 20;

    @ParameterizedTest
    @EnumSource
    void whatWasFoundOnceIsNotFoundAgain(FuzzTarget target) {
        List<Path> files = files(target.inputs());
        assertThat(files).as("inputs in %s", target.inputs()).isNotEmpty();
        for (Path file : files) {
            test(target, read(file), file.toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsFoundNearby(FuzzTarget target) {
        Random random = new Random(SEED);
        for (Path file : files(target.inputs())) {
            byte[] kept = read(file);
            for (int round = 0; round < CHANGED; round++) {
                byte[] input = changed(kept, random);
                test(target, input, "round %d at %s".formatted(round, file));
            }
        }
    }

    private static void test(FuzzTarget target, byte[] input, String where) {
        try {
            target.test(input);
        } catch (RuntimeException | AssertionError found) {
            throw new AssertionError(target + " fails with " + where, found);
        }
    }

    private static byte[] changed(byte[] kept, Random random) {
        byte[] input = kept.clone();
        for (int changes = random.nextInt(4); changes >= 0 && input.length > 0; changes--) {
            int at = random.nextInt(input.length);
            switch (random.nextInt(4)) {
                case 0 -> input[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> input[at] = (byte) random.nextInt();
                case 2 -> System.arraycopy(input, at, input, 0, input.length - at);
                default -> System.arraycopy(input, 0, input, at, input.length - at);
            }
        }
        return input;
    }

    private static List<Path> files(Path directory) {
        try (var files = Files.walk(directory)) {
            return new ArrayList<>(files.filter(Files::isRegularFile).sorted().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
