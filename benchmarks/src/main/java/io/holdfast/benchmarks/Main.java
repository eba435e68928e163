package io.holdfast.benchmarks;

import io.holdfast.benchmarks.storm.Outcome;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The command line of {@code benchmarks/run}. Exit status 1 when something was lost, 2 when it
 * could not run.
 */
@Command(
        name = "benchmarks/run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures servers in turn and prints their cost side by side.")
final class Main implements Callable<Integer> {
    /** Descriptors beside the connections: jars, selectors, logs. */
    private static final int OTHER_DESCRIPTORS = 256;

    /** Text of a message in publish: about 128 bytes of data with what surrounds it. */
    private static final int PUBLISHED_BYTES = 192;

    /** Written to the fleet in a second: it is coming back that is measured. */
    private static final int MESSAGES_IN_STORM = 200;

    private enum Scenario {
        idle,
        echo,
        fanout,
        drain,
        streams,
        resume,
        restart,
        publish,
        bots,
        storm
    }

    @Parameters(description = "What to run: ${COMPLETION-CANDIDATES}; default: idle echo fanout.")
    private @Nullable List<Scenario> scenarios;

    @Option(
            names = "--servers",
            split = ",",
            description = "bare, holdfast, vertx; default: all that are built.")
    private @Nullable List<Server> servers;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "Turns of each server (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--warm-up",
            defaultValue = "8",
            description = "Seconds before measuring (${DEFAULT-VALUE}).")
    private double warmUpSeconds;

    @Option(
            names = "--measure",
            defaultValue = "8",
            description = "Seconds measured (${DEFAULT-VALUE}).")
    private double measureSeconds;

    @Option(
            names = "--connections",
            defaultValue = "10000",
            description = "In idle and drain; sessions in restart (${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--subscribers",
            defaultValue = "1000",
            description = "In fanout and streams (${DEFAULT-VALUE}).")
    private int subscribers;

    @Option(
            names = "--publishers",
            defaultValue = "256",
            description = "In publish, where they are many (${DEFAULT-VALUE}).")
    private int publishers;

    @Option(
            names = "--missed",
            defaultValue = "1000",
            description = "Messages that a client missed in resume (${DEFAULT-VALUE}).")
    private int missed;

    @Option(
            names = "--missed-in-restart",
            defaultValue = "10",
            description = "Messages of the lobby that all missed in restart (${DEFAULT-VALUE}).")
    private int missedInRestart;

    @Option(
            names = "--drain-rate",
            defaultValue = "500",
            description = "Told per second (${DEFAULT-VALUE}).")
    private int drainRate;

    @Option(
            names = "--clients",
            defaultValue = "1000",
            description = "In storm (${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--storm-rate",
            defaultValue = "100",
            description = "drain_rate of the server in storm (${DEFAULT-VALUE}).")
    private int stormRate;

    @Option(
            names = "--storm-cases",
            split = ",",
            defaultValue = "drain,feed,deepstream,bot",
            description = "Restarts in storm: ${DEFAULT-VALUE}.")
    private List<StormCase> stormCases = List.of();

    @Option(
            names = "--pictures",
            defaultValue = "benchmarks/target/storm",
            description = "Where storm draws.")
    private Path pictures = Path.of("target");

    @Option(
            names = "--heap",
            defaultValue = "512m",
            description = "-Xmx of servers (${DEFAULT-VALUE}).")
    private String heap = "";

    @Option(
            names = "--idle-heap",
            defaultValue = "256m",
            description = "-Xmx in idle (${DEFAULT-VALUE}).")
    private String idleHeap = "";

    @Option(
            names = "--holdfast-set",
            description = "A further section.key=value for Holdfast; repeatable.")
    private List<String> holdfastSettings = new ArrayList<>();

    @Option(
            names = "--logs",
            defaultValue = "benchmarks/target/logs",
            description = "Where servers log.")
    private Path logs = Path.of("target");

    @Option(
            names = "--stores",
            defaultValue = "benchmarks/target/stores",
            description = "Where servers keep their stores: on the disk that matters.")
    private Path stores = Path.of("target");

    @Option(names = "--out", description = "Also write the report to this file.")
    private @Nullable Path out;

    @Option(names = "--quick", description = "One small round of everything: does it work at all?")
    private boolean quick;

    private final String commandLine;

    private Main(String commandLine) {
        this.commandLine = commandLine;
    }

    public static void main(String[] args) {
        Main main = new Main("benchmarks/run " + String.join(" ", args));
        int status = new CommandLine(main)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    failure.printStackTrace(command.getErr());
                    return 2;
                })
                .execute(args);
        System.exit(status);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Scenario> chosen = scenarios == null
                ? List.of(Scenario.idle, Scenario.echo, Scenario.fanout)
                : List.copyOf(scenarios);
        int loaded = quick ? 0 : Math.max(Math.max(connections, subscribers), clients);
        long needed = (long) loaded + OTHER_DESCRIPTORS;
        if (ProcessFigures.openFilesLimit() < needed) {
            System.err.println("Each side needs " + needed + " open files, the hard limit is "
                    + ProcessFigures.openFilesLimit() + ": raise it (as root: ulimit -n " + needed
                    + ", or nofile in /etc/security/limits.conf) or choose fewer --connections.");
            return 2;
        }
        Settings settings = settings(Cores.pin());
        Report report = new Report(settings, commandLine);
        boolean faultless = run(chosen, settings, report);
        String markdown = report.markdown();
        System.out.println(markdown);
        if (out != null) {
            Files.writeString(out, markdown);
        }
        return faultless ? 0 : 1;
    }

    private boolean run(List<Scenario> chosen, Settings settings, Report report)
            throws IOException, InterruptedException {
        Suite suite =
                new Suite(settings, new PrintStream(System.err, true, StandardCharsets.UTF_8));
        boolean faultless = true;
        for (Scenario scenario : chosen) {
            faultless &= switch (scenario) {
                case idle -> report.idle(suite.measureIdle());
                case echo -> messages(suite, report, Workload.ECHO);
                case fanout -> messages(suite, report, Workload.FAN_OUT_1, Workload.FAN_OUT_32);
                case drain -> report.drain(suite.drain());
                case streams -> messages(suite, report, Workload.STREAMS_1, Workload.STREAMS_32);
                case resume -> messages(suite, report, Workload.RESUME);
                case restart -> report.restart(suite.restart());
                case bots -> messages(suite, report, Workload.BOTS);
                case storm -> report.storm(storm(settings));
                case publish -> messages(suite, report, Workload.PUBLISH_1, Workload.PUBLISH_MANY);
            };
        }
        return faultless;
    }

    private StormReport storm(Settings settings) throws IOException, InterruptedException {
        PrintStream progress = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        Storm storm =
                new Storm(settings, quick ? 20 : clients, stormRate, MESSAGES_IN_STORM, progress);
        Map<StormCase, Outcome> outcomes = new EnumMap<>(StormCase.class);
        for (StormCase one : stormCases) {
            outcomes.put(one, storm.take(one));
        }
        StormReport report = new StormReport(outcomes, stormRate);
        report.draw(pictures);
        return report;
    }

    private static boolean messages(Suite suite, Report report, Workload... workloads)
            throws IOException, InterruptedException {
        boolean faultless = true;
        for (Workload workload : workloads) {
            faultless &= report.messages(workload, suite.measure(workload));
        }
        return faultless;
    }

    private Settings settings(Cores cores) throws InterruptedException {
        String classPath = System.getProperty("java.class.path");
        Settings settings = new Settings(
                List.of(),
                quick ? 1 : rounds,
                quick ? Duration.ofMillis(500) : seconds(warmUpSeconds),
                quick ? Duration.ofMillis(500) : seconds(measureSeconds),
                quick ? 20 : 100,
                64,
                quick ? 50 : subscribers,
                128,
                quick ? 10 : publishers,
                PUBLISHED_BYTES,
                quick ? 50 : missed,
                missedInRestart,
                quick ? 100 : connections,
                drainRate,
                Duration.ofSeconds(quick ? 1 : 3),
                heap,
                idleHeap,
                cores,
                classPath,
                System.getProperty("holdfast.class.path", classPath),
                holdfastSettings,
                logs,
                stores);
        if (servers != null) {
            return settings.withServers(servers);
        }
        List<Server> built = new ArrayList<>(List.of(Server.BARE));
        if (ServerProcess.holdfastServes(settings)) {
            built.add(Server.HOLDFAST);
        }
        built.add(Server.VERTX);
        return settings.withServers(built);
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000));
    }
}
