package io.holdfast.benchmarks;

import io.holdfast.benchmarks.storm.Chart;
import io.holdfast.benchmarks.storm.Outcome;
import io.holdfast.benchmarks.storm.PerSecond;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Formatter;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The storm as a table, as figures for other programs (CSV), and as pictures (SVG). */
final class StormReport {
    private final Map<StormCase, Outcome> outcomes;
    private final int rate;

    StormReport(Map<StormCase, Outcome> outcomes, int rate) {
        this.outcomes = outcomes;
        this.rate = rate;
    }

    private int promisedRate(StormCase storm) {
        return storm.drains() ? rate : 0;
    }

    boolean kept() {
        return outcomes.entrySet().stream()
                .allMatch(
                        one -> one.getValue().broken(promisedRate(one.getKey())).isEmpty());
    }

    String markdown() {
        Formatter out = new Formatter(Locale.ROOT);
        out.format("\n## storm\n\n");
        out.format("| restart | clients | server away | most in a second: by the server's log,"
                + " clients connected, expected | most in 200 ms, by the log"
                + " | outage p50 | p95 | all back after | messages | lost |\n");
        out.format("|---|---|---|---|---|---|---|---|---|---|\n");
        outcomes.forEach((storm, one) -> out.format(
                "| %s | %,d | %.1f s | %.0f, %.0f, %.0f | %.0f"
                        + " | %.1f s | %.1f s | %.1f s | %,d | %d |\n",
                storm.title(),
                one.clients(),
                one.readySeconds(),
                one.logged().whole().peak(),
                one.arrived().whole().peak(),
                one.expected().whole().peak(),
                one.logged().peak(),
                one.outageSeconds(0.50),
                one.outageSeconds(0.95),
                one.allBackSeconds(),
                one.published(),
                one.lost()));
        out.format("\n");
        outcomes.forEach((storm, one) -> {
            var broken = one.broken(promisedRate(storm));
            out.format(
                    "- %s: %s\n",
                    storm.title(),
                    broken.isEmpty()
                            ? "kept every promise"
                            : "**broken: " + String.join("; ", broken) + "**");
        });
        return out.toString();
    }

    /** Writes {@code storm.csv} and a picture for each signal. */
    void draw(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("storm.csv"), csv());
        Chart drain = new Chart(
                "SIGTERM: every client comes at the moment it was told",
                "seconds since the first client was told");
        Chart kill = new Chart(
                "SIGKILL: only the clients' own jitter spreads them",
                "seconds since the kill, in steps of 200 ms");
        outcomes.forEach((storm, one) -> {
            // Advice is in whole seconds; a wave is over within one.
            UnaryOperator<PerSecond> bins =
                    storm.drains() ? PerSecond::whole : UnaryOperator.identity();
            (storm.drains() ? drain : kill)
                    .panel(
                            storm.title().replace("`", ""),
                            bins.apply(one.logged()),
                            bins.apply(one.arrived()),
                            bins.apply(one.expected()),
                            one.readySeconds(),
                            promisedRate(storm));
        });
        if (outcomes.keySet().stream().anyMatch(StormCase::drains)) {
            Files.writeString(directory.resolve("storm-drain.svg"), drain.svg());
        }
        if (!outcomes.keySet().stream().allMatch(StormCase::drains)) {
            Files.writeString(directory.resolve("storm-kill.svg"), kill.svg());
        }
    }

    private String csv() {
        Formatter out = new Formatter(Locale.ROOT);
        out.format("restart,second,arrived_by_server_log,clients_connected,expected\n");
        outcomes.forEach((storm, one) -> {
            PerSecond connected = one.arrived().whole();
            PerSecond logged = one.logged().whole();
            PerSecond expected = one.expected().whole();
            int seconds = Math.max(connected.bins(), Math.max(logged.bins(), expected.bins()));
            for (int second = 0; second < seconds; second++) {
                out.format(
                        "%s,%d,%.0f,%.0f,%.1f\n",
                        storm.name().toLowerCase(Locale.ROOT),
                        second,
                        logged.in(second),
                        connected.in(second),
                        expected.in(second));
            }
        });
        return out.toString();
    }
}
