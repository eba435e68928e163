package io.holdfast.simulation.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.simulation.run.Act;
import io.holdfast.simulation.run.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs that have found something once: each file names its seed, the planted bug that puts back what
 * it has found, says what that was, and holds the shortened schedule.
 */
class RegressionTest {
    static Stream<Path> runs() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/regressions"))) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("runs")
    void whatWasFoundOnceIsMended(Path file) throws IOException {
        List<Act> acts = acts(file).map(Act::parse).toList();

        assertThat(Simulation.run(seed(file), acts, 0).summary()).contains("nothing wrong");
    }

    @ParameterizedTest
    @MethodSource("runs")
    void withoutItsMendingItIsFoundAgain(Path file) throws Exception {
        PlantedBug bug = bug(header(file, "# bug "));

        assertThat(MutantWorld.of(bug).failureOf(seed(file), acts(file).toList()))
                .isEqualTo(header(file, "# caught by "));
    }

    private static PlantedBug bug(String what) {
        return Stream.concat(PlantedBugsTest.bugs(), BugsThatWere.ALL.stream())
                .filter(bug -> bug.what().equals(what))
                .findFirst()
                .orElseThrow();
    }

    private static long seed(Path file) throws IOException {
        return Long.parseLong(header(file, "# seed "));
    }

    private static String header(Path file, String begin) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(begin))
                .findFirst()
                .orElseThrow()
                .substring(begin.length());
    }

    private static Stream<String> acts(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> !line.startsWith("#") && !line.isBlank());
    }
}
