package io.holdfast.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The result as markdown: medians over the rounds, and each round's ratio to a yardstick (mostly
 * bare Netty) in the same round.
 */
final class Report {
    private final Settings settings;
    private final StringBuilder text = new StringBuilder();
    private final Formatter report = new Formatter(text, Locale.ROOT);

    Report(Settings settings, String commandLine) {
        this.settings = settings;
        text.append("# What it costs\n\n`").append(commandLine.trim()).append("`\n\n");
        report.format(
                "- machine: %d cores, %s, Linux %s\n",
                machineCores(), processor(), System.getProperty("os.version"));
        report.format("- JDK: %s (%s)\n", Runtime.version(), System.getProperty("java.vm.name"));
        report.format("- %s\n", settings.cores().note());
        report.format(
                "- every server: `-Xmx%s` (idle: `-Xmx%s`) `%s`\n",
                settings.heap(), settings.idleHeap(), Server.jvmFlags());
        report.format("- stores on %s\n", fileSystem(settings.stores()));
        report.format(
                "- %d rounds, servers in turn; %.1f s warm-up, %.1f s measured; medians\n",
                settings.rounds(),
                settings.warmUp().toMillis() / 1000.0,
                settings.measure().toMillis() / 1000.0);
    }

    /** Of the disk that stores are on: syncing to a tmpfs costs nothing. */
    private static String fileSystem(Path stores) {
        try {
            return Files.getFileStore(Files.createDirectories(stores)).type();
        } catch (IOException e) {
            throw new UncheckedIOException("There is no place for stores: " + stores + ".", e);
        }
    }

    /** All of the machine's, not those this process is pinned to. */
    private static long machineCores() {
        return cpuInfo().stream().filter(line -> line.startsWith("processor")).count();
    }

    private static String processor() {
        return cpuInfo().stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    private static List<String> cpuInfo() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo"));
        } catch (IOException e) {
            throw new UncheckedIOException("The benchmarks read /proc: they run on Linux only.", e);
        }
    }

    /** Returns whether nothing was lost. */
    boolean messages(Workload workload, List<Measurement.Messages> all) {
        String yardstick = workload.yardstick();
        report.format("\n## %s\n\n", workload.title());
        report.format(
                "| server | payload bytes | CPU µs per %s | user | system"
                        + " | per second | p50 µs | p99 µs | CPU ÷ %s (range) | user ÷ %s"
                        + " | others' cores | faults |\n",
                workload.unit(), yardstick, yardstick);
        report.format("|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        for (String name : names(all)) {
            List<Measurement.Messages> own = of(name, all);
            report.format(
                    "| %s | %d | %.2f | %.2f | %.2f | %,.0f | %,.0f | %,.0f"
                            + " | %s | %s | %.2f | %d |\n",
                    name,
                    own.getFirst().payloadBytes(),
                    median(own, Measurement.Messages::cpuMicros),
                    median(own, Measurement.Messages::userMicros),
                    median(own, Measurement.Messages::systemMicros),
                    median(own, Measurement.Messages::perSecond),
                    median(own, Measurement.Messages::p50Micros),
                    median(own, Measurement.Messages::p99Micros),
                    ratio(yardstick, own, all, Measurement.Messages::cpuMicros),
                    ratio(yardstick, own, all, Measurement.Messages::userMicros),
                    median(own, Measurement.Messages::othersCores),
                    faults(own));
        }
        if (workload == Workload.RESUME) {
            recoveredMessage(all);
        }
        return faults(all) == 0;
    }

    /** What a missed message adds to a resume: the difference to one that missed nothing. */
    private void recoveredMessage(List<Measurement.Messages> all) {
        report.format(
                "\n- for each recovered message: %.2f µs of CPU, %.2f µs of time\n",
                perMissed(all, Measurement.Messages::cpuMicros),
                perMissed(all, Measurement.Messages::p50Micros));
    }

    private double perMissed(
            List<Measurement.Messages> all, ToDoubleFunction<Measurement.Messages> figure) {
        List<Measurement.Messages> nothing = of(Workload.NOTHING_MISSED, all);
        double[] differences = all.stream()
                .filter(one -> !one.name().equals(Workload.NOTHING_MISSED))
                .flatMapToDouble(one -> nothing.stream()
                        .filter(other -> other.round() == one.round())
                        .mapToDouble(
                                other -> figure.applyAsDouble(one) - figure.applyAsDouble(other)))
                .sorted()
                .toArray();
        return median(differences) / settings.missed();
    }

    /** Returns whether everybody came back to everything. */
    boolean restart(List<Measurement.Restart> all) {
        report.format(
                "\n## restart, %,d sessions,"
                        + " each missed %d messages of the lobby and one of its own\n\n",
                settings.idleConnections(), settings.missedInRestart());
        report.format(
                "| store | stop s | start s | resumed | restored | lost | resumes per second |"
                        + " of the last half | CPU µs per resume | user | system | p50 ms |"
                        + " p99 ms | generator's cores | others' cores | again: per second |"
                        + " again: CPU µs |"
                        + " faults |\n");
        report.format(
                "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        for (String name : names(all)) {
            List<Measurement.Restart> own = of(name, all);
            report.format(
                    "| %s | %.2f | %.2f | %,.0f | %,.0f | %,.0f | %,.0f | %,.0f | %.1f | %.1f |"
                            + " %.1f | %.1f | %.1f | %.2f | %.2f | %,.0f | %.1f | %d |\n",
                    name,
                    median(own, Measurement.Restart::stopSeconds),
                    median(own, Measurement.Restart::startSeconds),
                    least(own, one -> one.outcome().resumed()),
                    least(own, one -> one.outcome().restored()),
                    sum(own, one -> one.outcome().lost()),
                    median(own, one -> one.outcome().perSecond()),
                    median(own, one -> one.outcome().lastHalfPerSecond()),
                    median(own, Measurement.Restart::cpuMicros),
                    median(own, Measurement.Restart::userMicros),
                    median(own, Measurement.Restart::systemMicros),
                    median(own, one -> one.outcome().p50Millis()),
                    median(own, one -> one.outcome().p99Millis()),
                    median(own, Measurement.Restart::generatorCores),
                    median(own, Measurement.Restart::othersCores),
                    median(own, one -> one.again().perSecond()),
                    median(own, Measurement.Restart::againMicros),
                    faults(own));
        }
        return faults(all) == 0;
    }

    /** Returns whether no connection broke. */
    boolean idle(List<Measurement.Idle> all) {
        report.format("\n## idle, %,d connections\n\n", settings.idleConnections());
        report.format(
                "| server | RSS bytes a connection | live heap bytes | RSS ÷ bare (range) | live ÷ bare | faults |\n");
        report.format("|---|---|---|---|---|---|\n");
        ToDoubleFunction<Measurement.Idle> live = idle -> idle.liveBytes().orElse(Double.NaN);
        String yardstick = Contestant.of(Server.BARE).name();
        for (String name : names(all)) {
            List<Measurement.Idle> own = of(name, all);
            report.format(
                    "| %s | %,.0f | %,.0f | %s | %s | %d |\n",
                    name,
                    median(own, Measurement.Idle::residentBytes),
                    median(own, live),
                    ratio(yardstick, own, all, Measurement.Idle::residentBytes),
                    ratio(yardstick, own, all, live),
                    faults(own));
        }
        return faults(all) == 0;
    }

    /** Returns whether every promise was kept. */
    boolean drain(DrainResult result) {
        var outcome = result.outcome();
        report.format(
                "\n## drain, %,d connections at %d a second\n\n",
                outcome.connections(), result.rate());
        report.format(
                "- told: %,d in %.1f s, at most %d within a second\n",
                outcome.told(), outcome.toldSeconds(), outcome.peakTold());
        report.format(
                "- due back at the successor: at most %d within a second\n",
                outcome.peakArrivals());
        report.format(
                "- last messages back: %,d, acknowledged: %,d; closed with 1000: %,d\n",
                outcome.lastMessagesBack(),
                outcome.acknowledged(),
                outcome.closed() - outcome.closedOtherwise());
        List<String> broken = result.broken();
        report.format(
                "- %s\n",
                broken.isEmpty()
                        ? "kept every promise"
                        : "**broken: " + String.join("; ", broken) + "**");
        return broken.isEmpty();
    }

    /** Returns whether every promise was kept. */
    boolean storm(StormReport storm) {
        text.append(storm.markdown());
        return storm.kept();
    }

    String markdown() {
        return text.toString();
    }

    /** In the order of the first round. */
    private static List<String> names(List<? extends Measurement> all) {
        return all.stream().map(Measurement::name).distinct().toList();
    }

    private static <M extends Measurement> List<M> of(String name, List<M> all) {
        return all.stream().filter(one -> one.name().equals(name)).toList();
    }

    private static long faults(List<? extends Measurement> all) {
        return all.stream().mapToLong(Measurement::faults).sum();
    }

    /** Median, least and greatest of the ratios to the yardstick, each within one round. */
    private static <M extends Measurement> String ratio(
            String yardstick, List<M> own, List<M> all, ToDoubleFunction<M> figure) {
        double[] ratios = own.stream()
                .flatMap(one -> of(yardstick, all).stream()
                        .filter(other -> other.round() == one.round())
                        .map(other -> figure.applyAsDouble(one) / figure.applyAsDouble(other)))
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        if (ratios.length == 0) {
            return "–";
        }
        return String.format(
                Locale.ROOT,
                "%.2f (%.2f–%.2f)",
                median(ratios),
                ratios[0],
                ratios[ratios.length - 1]);
    }

    private static <M> double median(List<M> all, ToDoubleFunction<M> figure) {
        return median(all.stream().mapToDouble(figure).sorted().toArray());
    }

    private static double median(double[] sorted) {
        return Arrays.stream(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1)
                .average()
                .orElse(Double.NaN);
    }

    private static <M> double least(List<M> all, ToDoubleFunction<M> figure) {
        return all.stream().mapToDouble(figure).min().orElse(Double.NaN);
    }

    private static <M> double sum(List<M> all, ToDoubleFunction<M> figure) {
        return all.stream().mapToDouble(figure).sum();
    }
}
