package io.holdfast.simulation.mutation;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The simulator finds bugs: one at a time is planted in a real machine, and a run must fail. All of
 * them with {@code -Psimulation}; otherwise a few, and that all still fit the sources and are in the
 * table of docs/SIMULATION.md.
 */
class PlantedBugsTest {
    private static final boolean ALL = Boolean.getBoolean("simulation.mutants");
    private static final int SEEDS = 1_000;
    /** Caught of those planted in machines, at the least. */
    private static final double SHARE = 0.95;

    /** As checkers are named in the source; those of one word look like anything. */
    private static final Pattern CHECKER = Pattern.compile("\"([a-z]+(?:[+-][a-z0-9]+)+)\",");

    /** One row of the table. */
    private record Caught(PlantedBug bug, String checker, long seed) {
        boolean caught() {
            return !checker.isEmpty();
        }
    }

    /** In real machines. */
    static Stream<PlantedBug> bugs() {
        return Stream.of(
                        BugsInSessionsAndStreams.ALL,
                        BugsInDrainsClientsAndTheLog.ALL,
                        BugsInTimes.ALL,
                        BugsInReturns.ALL,
                        BugsInResumesAndPower.ALL,
                        BugsInAccounts.ALL)
                .flatMap(List::stream);
    }

    static Stream<PlantedBug> all() {
        return Stream.concat(bugs(), BugsInTheGlue.ALL.stream());
    }

    @Test
    void thereAreAtLeastThirty() {
        assertThat(bugs().count()).isGreaterThanOrEqualTo(30);
    }

    @ParameterizedTest
    @MethodSource("all")
    void eachFitsTheSourceAsItIs(PlantedBug bug) throws IOException {
        assertThat(bug.planted()).isNotEqualTo(bug.source());
    }

    @Test
    void theTableInTheDocumentationHasARowForEach() throws IOException {
        assertThat(column("| planted bug |", 1))
                .containsExactlyInAnyOrderElementsOf(all().map(PlantedBug::what).toList());
    }

    @Test
    void everyCheckerHasCaughtOneOfThem() throws IOException {
        assertThat(column("| planted bug |", 3)).containsAll(checkers());
    }

    @Test
    void everyCheckerIsInTheDocumentation() throws IOException {
        Set<String> used = new TreeSet<>();
        for (String part : List.of("model", "run")) {
            try (Stream<Path> files =
                    Files.list(Path.of("src/main/java/io/holdfast/simulation", part))) {
                for (Path file : files.toList()) {
                    CHECKER.matcher(Files.readString(file))
                            .results()
                            .forEach(found -> used.add(found.group(1)));
                }
            }
        }
        assertThat(used).contains("session-kept", "back-in-time").isSubsetOf(checkers());
    }

    /** Of the table of checkers: a row may name several. */
    private static Set<String> checkers() throws IOException {
        return column("| checker |", 1).stream()
                .flatMap(names -> Stream.of(names.replace("`", "").split(", ")))
                .collect(toSet());
    }

    /** A column of the table with that heading in docs/SIMULATION.md. */
    private static List<String> column(String heading, int number) throws IOException {
        return Files.readAllLines(Path.of("..", "docs", "SIMULATION.md")).stream()
                .dropWhile(line -> !line.startsWith(heading))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.split("\\|", -1)[number].strip())
                .toList();
    }

    @Test
    void nineteenOfTwentyAreCaught() throws IOException {
        List<PlantedBug> machines = bugs().toList();
        List<PlantedBug> tried = new ArrayList<>();
        for (int i = 0; i < machines.size(); i += ALL ? 1 : 14) {
            tried.add(machines.get(i));
        }
        List<Caught> rows = tried.parallelStream().map(PlantedBugsTest::hunt).toList();
        List<Caught> glue = BugsInTheGlue.ALL.parallelStream()
                .filter(bug -> ALL)
                .map(PlantedBugsTest::hunt)
                .toList();

        Files.createDirectories(Path.of("target"));
        Files.writeString(
                Path.of("target", "planted-bugs.md"),
                table(Stream.concat(rows.stream(), glue.stream()).toList()));
        long caught = rows.stream().filter(Caught::caught).count();
        assertThat(notCaught(rows))
                .as(caught + " of " + rows.size() + " caught; these are not")
                .hasSizeLessThanOrEqualTo((int) (rows.size() * (1 - SHARE)));
        assertThat(notCaught(glue)).isEmpty();
    }

    private static List<String> notCaught(List<Caught> rows) {
        return rows.stream()
                .filter(row -> !row.caught())
                .map(row -> row.bug().what())
                .toList();
    }

    private static Caught hunt(PlantedBug bug) {
        try {
            MutantWorld world = MutantWorld.of(bug);
            if (!world.arrivalRateHolds()) {
                return new Caught(bug, "arrival rate of a fleet", 0);
            }
            for (long seed = 1; seed <= SEEDS; seed++) {
                String checker = world.failureOf(seed);
                if (!checker.isEmpty()) {
                    return new Caught(bug, checker, seed);
                }
            }
            return new Caught(bug, "", SEEDS);
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException("\"" + bug.what() + "\" does not run", e);
        }
    }

    private static String table(List<Caught> rows) {
        StringBuilder table =
                new StringBuilder("| planted bug | in | caught by | seeds |\n|---|---|---|---|\n");
        for (Caught row : rows) {
            String file = row.bug().file();
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | `%s` | %s | %d |%n",
                    row.bug().what(),
                    file.substring(file.lastIndexOf('/') + 1).replace(".java", ""),
                    row.caught() ? row.checker() : "**not caught**",
                    row.seed()));
        }
        return table.toString();
    }
}
