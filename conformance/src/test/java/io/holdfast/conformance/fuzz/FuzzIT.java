package io.holdfast.conformance.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.holdfast.conformance.process.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Looks for inputs that break an invariant, with Jazzer, in a process of its own for each target.
 * {@code -Pfuzz} runs it. {@code -Dfuzz.runs} is the number of inputs of each target, {@code
 * -Dfuzz.targets=line,frame} names some targets, {@code -Dfuzz.keep=true} puts what reached new
 * branches into the kept inputs and leaves out what is no longer needed for that.
 */
@Tag("fuzz")
@Isolated("each run keeps a core busy")
class FuzzIT {
    private static final Path OUT = Path.of("target", "fuzz").toAbsolutePath();
    private static final int RUNS = 200_000;
    /** Bytes: the limits that the targets choose are mostly far below. */
    private static final int MAX_LENGTH = 700;

    @ParameterizedTest
    @EnumSource
    void noInputBreaksAnInvariant(FuzzTarget target) throws IOException {
        String chosen = System.getProperty("fuzz.targets", target.directoryName());
        assumeThat(List.of(chosen.split(",", -1))).contains(target.directoryName());
        Path out = Files.createDirectories(OUT.resolve(target.directoryName()));
        Path found = Files.createDirectories(out.resolve("new"));
        List<String> said = jazzer(
                target,
                target.guiding(),
                out,
                "-runs=" + target.share(Long.getLong("fuzz.runs", RUNS)),
                "-print_final_stats=1",
                found.toString(),
                target.inputs().toAbsolutePath().toString());
        String progress = said.stream()
                .filter(line -> line.startsWith("#") && line.contains("cov:"))
                .reduce("", (before, line) -> line);
        System.out.println("Fuzz " + target.directoryName() + ": " + progress.strip());
        if (Boolean.getBoolean("fuzz.keep")) {
            keep(target, out, found);
        }
    }

    private static List<String> jazzer(
            FuzzTarget target, String instrumented, Path out, String... arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.type().getName(),
                "--instrumentation_includes=" + instrumented,
                "--reproducer_path=" + out,
                "-artifact_prefix=" + out + "/",
                "-max_len=" + MAX_LENGTH));
        command.addAll(List.of(arguments));
        try (var run = Tool.start(out, Map.of(), command)) {
            int status = run.awaitExit();
            List<String> said = run.lines().soFar();
            assertThat(status)
                    .as(() -> "Jazzer found something, in " + out + "; put its crash-… into "
                            + target.inputs().resolve("found")
                            + " and mend what FuzzCorpusTest then says:\n"
                            + String.join("\n", run.lines().tail(40)))
                    .isZero();
            return said;
        }
    }

    /** Few and small files that still reach every branch that is reached. */
    private static void keep(FuzzTarget target, Path out, Path found) throws IOException {
        Path kept = target.inputs().resolve("corpus").toAbsolutePath();
        Path merged = out.resolve("merged");
        deleteFiles(merged);
        jazzer(
                target,
                target.tested(),
                out,
                "-merge=1",
                "-use_counters=0", // a branch counts once, however often it was taken
                merged.toString(),
                kept.toString(),
                found.toString());
        assertThat(merged).as("the merged inputs").isNotEmptyDirectory();
        deleteFiles(kept);
        try (var files = Files.list(merged)) {
            for (Path file : files.toList()) {
                Files.copy(file, kept.resolve(file.getFileName()));
            }
        }
    }

    private static void deleteFiles(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }
}
