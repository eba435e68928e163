package io.holdfast.simulation.cli;

import io.holdfast.simulation.run.Act;
import io.holdfast.simulation.run.Outcome;
import io.holdfast.simulation.run.Shrinker;
import io.holdfast.simulation.run.Simulation;
import io.holdfast.simulation.scale.RollingDeploy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** {@code holdfast-sim}: runs seeds, and shows, shrunk, what went wrong. */
public final class Main {
    private static final int TRACE_LINES = 400;
    private static final int MOST_FAILURES = 20;

    private static final String USAGE = """
            holdfast-sim --seed N [--schedule FILE] [--trace]   one run, again exactly; shrunk if it fails
            holdfast-sim --seeds FROM..TO                       many runs, on all cores
            holdfast-sim --scale DIRECTORY                      a rolling deploy of 1,000,000 clients, as plots
            """;

    private @Nullable Long seed;
    private long from;
    private long to = -1;
    private @Nullable Path schedule;
    private @Nullable Path scale;
    private boolean trace;

    private Main() {}

    public static void main(String[] args) throws IOException {
        Main main = new Main();
        if (!main.understands(args)) {
            System.out.print(USAGE);
            System.exit(2);
        }
        System.exit(main.run());
    }

    private boolean understands(String[] args) {
        Iterator<String> words = List.of(args).iterator();
        while (words.hasNext()) {
            String option = words.next();
            if (option.equals("--trace")) {
                trace = true;
                continue;
            }
            if (!words.hasNext()) {
                return false;
            }
            String value = words.next();
            switch (option) {
                case "--seed" -> seed = Long.valueOf(value);
                case "--seeds" -> {
                    String[] ends = value.split("\\.\\.", -1);
                    from = Long.parseLong(ends[0]);
                    to = Long.parseLong(ends[1]);
                }
                case "--schedule" -> schedule = Path.of(value);
                case "--scale" -> scale = Path.of(value);
                default -> {
                    return false;
                }
            }
        }
        return seed != null || to >= from || scale != null;
    }

    private int run() throws IOException {
        Path plots = scale;
        if (plots != null) {
            RollingDeploy.plot((name, svg) -> Files.writeString(plots.resolve(name), svg));
            return 0;
        }
        Long one = seed;
        return one == null ? many() : single(one);
    }

    private int single(long number) throws IOException {
        Path file = schedule;
        List<Act> acts = file == null
                ? null
                : Files.readAllLines(file).stream()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .map(Act::parse)
                        .toList();
        Outcome outcome = Simulation.run(number, acts, TRACE_LINES);
        if (outcome.failure() == null) {
            System.out.println(trace ? outcome.report() : outcome.summary());
            System.out.printf(
                    Locale.ROOT, "trace hash %016x, %s%n", outcome.hash(), outcome.counts());
            return 0;
        }
        Shrinker shrinker = new Shrinker();
        Outcome shortest = shrinker.shrink(outcome);
        System.out.println(Simulation.run(number, shortest.acts(), TRACE_LINES).report());
        System.out.println(
                "of " + outcome.acts().size() + " acts " + shortest.acts().size()
                        + " are needed, found with " + shrinker.runs() + " runs; as a schedule:");
        shortest.acts().forEach(act -> System.out.println(act.line()));
        return 1;
    }

    private int many() {
        long begun = System.nanoTime();
        AtomicLong failures = new AtomicLong();
        AtomicLong simulated = new AtomicLong();
        AtomicLong steps = new AtomicLong();
        LongStream.rangeClosed(from, to).parallel().forEach(number -> {
            if (failures.get() >= MOST_FAILURES) {
                return;
            }
            Outcome outcome = Simulation.run(number);
            simulated.addAndGet(outcome.simulatedNanos());
            steps.addAndGet(outcome.steps());
            if (outcome.failure() != null) {
                failures.incrementAndGet();
                System.out.println(outcome.summary());
            }
        });
        double real = (System.nanoTime() - begun) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%d of %d seeds failed; %.0f s simulated (%d steps) in %.1f s: %.0f x real time%n",
                failures.get(),
                to - from + 1,
                simulated.get() / 1e9,
                steps.get(),
                real,
                simulated.get() / 1e9 / real);
        return failures.get() == 0 ? 0 : 1;
    }
}
