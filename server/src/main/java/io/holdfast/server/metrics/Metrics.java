package io.holdfast.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/**
 * The server's metrics. Event loops count in the {@link LoopMetrics} they got from {@link
 * #newLoop}; rare events are counted here, from any thread.
 */
public final class Metrics {

    private static final double NANOS_PER_SECOND = 1e9;

    /** Bounds of holdfast_rtt_seconds: from the same rack to the other side of a bad network. */
    private static final Duration[] RTT_BOUNDS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    /** Bounds of holdfast_commit_seconds: from memory to a disk that is about to fail. */
    private static final Duration[] COMMIT_BOUNDS = {
        Duration.ofNanos(100_000),
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5)
    };

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<LoopMetrics> loops = new CopyOnWriteArrayList<>();
    private final Map<ErrorKind, LongAdder> errors = adders(ErrorKind.class);
    private final Map<LimitName, LongAdder> limitHits = adders(LimitName.class);
    private final LongSupplier nanoTime;
    private final long startedNanos;
    private final Timer rtt;
    private final Timer commit;
    private volatile double shutdownSeconds;

    /**
     * The uptime begins now.
     *
     * @param nanoTime a monotonic clock such as {@link System#nanoTime}
     */
    public Metrics(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.startedNanos = nanoTime.getAsLong();
        registerCounters();
        registerErrorsAndLimits();
        registerResumes();
        for (DialectName dialect : DialectName.values()) {
            Gauge.builder("holdfast.active.connections", this, m -> m.activeConnections(dialect))
                    .description("Connections open now.")
                    .tag("dialect", dialect.label())
                    .register(registry);
        }
        gauge("holdfast.uptime.seconds", "Time since the start.", this::uptimeSeconds);
        gauge(
                "holdfast.shutdown.duration.seconds",
                "How long the shutdown took; 0 before it has ended.",
                () -> shutdownSeconds);
        this.rtt = histogram("holdfast.rtt", "Time from a ping to its pong.", RTT_BOUNDS);
        this.commit = histogram(
                "holdfast.commit",
                "Time from handing work to the store to its commit.",
                COMMIT_BOUNDS);
    }

    /** In Micrometer's form; the registry appends "_seconds". */
    private Timer histogram(String name, String help, Duration[] bounds) {
        return Timer.builder(name)
                .description(help)
                .serviceLevelObjectives(bounds)
                .register(registry);
    }

    /** Called once for each event loop, at start. */
    public LoopMetrics newLoop() {
        LoopMetrics loop = new LoopMetrics();
        loops.add(loop);
        return loop;
    }

    /** Counts an error of somebody who is no connection yet. Any thread. */
    public void count(ErrorKind kind) {
        count(errors, kind).increment();
    }

    /** Counts a limit that bit somebody who is no connection yet. Any thread. */
    public void count(LimitName limit) {
        count(limitHits, limit).increment();
    }

    private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> names) {
        Map<E, LongAdder> adders = new EnumMap<>(names);
        for (E name : names.getEnumConstants()) {
            adders.put(name, new LongAdder());
        }
        return adders;
    }

    private static <E extends Enum<E>> LongAdder count(Map<E, LongAdder> adders, E name) {
        return Objects.requireNonNull(adders.get(name));
    }

    /** Thread-safe; some dozen nanoseconds, so fine once for each pong. */
    public void roundTrip(long nanos) {
        rtt.record(Duration.ofNanos(nanos));
    }

    /** Work was committed, this long after it was handed to the store. Thread-safe. */
    public void commitTook(long nanos) {
        commit.record(nanos, TimeUnit.NANOSECONDS);
    }

    public void shutdownTook(Duration duration) {
        shutdownSeconds = duration.toNanos() / NANOS_PER_SECOND;
    }

    /** Counted as {@code holdfast_state_changes_total{to}}. */
    public void stateChanged(String to) {
        registry.counter("holdfast.state.changes", "to", to).increment();
    }

    /** Exports a number that somebody else keeps. The name is dotted: {@code holdfast.rooms}. */
    public void gauge(String name, String help, DoubleSupplier value) {
        Gauge.builder(name, value::getAsDouble).description(help).register(registry);
    }

    /** The same for one of several numbers of a name, told apart by a label. */
    public void gauge(
            String name, String help, String label, String labelValue, DoubleSupplier value) {
        Gauge.builder(name, value::getAsDouble)
                .description(help)
                .tag(label, labelValue)
                .register(registry);
    }

    /** Exports a count that somebody else keeps and that never falls; "_total" is appended. */
    public void counter(String name, String help, LongSupplier value) {
        FunctionCounter.builder(name, value, LongSupplier::getAsLong)
                .description(help)
                .register(registry);
    }

    /** Never negative: closes are summed before opens, and a close follows its open. */
    public long activeConnections(DialectName dialect) {
        long closed = sum(Counter.DISCONNECTIONS, dialect);
        return sum(Counter.CONNECTIONS, dialect) - closed;
    }

    public long activeConnections() {
        long active = 0;
        for (DialectName dialect : DialectName.values()) {
            active += activeConnections(dialect);
        }
        return active;
    }

    public long total(Counter counter) {
        long total = 0;
        for (DialectName dialect : DialectName.values()) {
            total += sum(counter, dialect);
        }
        return total;
    }

    public long total(ErrorKind kind) {
        return count(errors, kind).sum()
                + loops.stream().mapToLong(loop -> loop.get(kind)).sum();
    }

    public long total(LimitName limit) {
        return count(limitHits, limit).sum()
                + loops.stream().mapToLong(loop -> loop.get(limit)).sum();
    }

    public long total(ResumeResult result) {
        long total = 0;
        for (DialectName dialect : DialectName.values()) {
            total += sum(result, dialect);
        }
        return total;
    }

    public double uptimeSeconds() {
        return (nanoTime.getAsLong() - startedNanos) / NANOS_PER_SECOND;
    }

    /** Exposition format 0.0.4: {@code text/plain; version=0.0.4; charset=utf-8}. */
    public String prometheusText() {
        return registry.scrape();
    }

    /** The short form of {@code GET /metrics} with {@code Accept: application/json}. */
    public String json() {
        return MetricsJson.of(this);
    }

    private long sum(Counter counter, DialectName dialect) {
        return loops.stream().mapToLong(loop -> loop.get(counter, dialect)).sum();
    }

    private long sum(ResumeResult result, DialectName dialect) {
        return loops.stream().mapToLong(loop -> loop.get(result, dialect)).sum();
    }

    private void registerCounters() {
        for (Counter counter : Counter.values()) {
            for (DialectName dialect : DialectName.values()) {
                ToDoubleFunction<Metrics> sum = metrics -> metrics.sum(counter, dialect);
                FunctionCounter.builder(counter.meterName(), this, sum)
                        .description(counter.help())
                        .tag("dialect", dialect.label())
                        .register(registry);
            }
        }
    }

    private void registerResumes() {
        for (ResumeResult result : ResumeResult.values()) {
            for (DialectName dialect : DialectName.values()) {
                ToDoubleFunction<Metrics> sum = metrics -> metrics.sum(result, dialect);
                FunctionCounter.builder("holdfast.resumes", this, sum)
                        .description("Attempts to resume a session, by how they ended.")
                        .tag("result", result.label())
                        .tag("dialect", dialect.label())
                        .register(registry);
            }
        }
    }

    private void registerErrorsAndLimits() {
        for (ErrorKind kind : ErrorKind.values()) {
            FunctionCounter.builder("holdfast.errors", this, metrics -> metrics.total(kind))
                    .description("Errors by kind.")
                    .tag("kind", kind.label())
                    .register(registry);
        }
        for (LimitName limit : LimitName.values()) {
            FunctionCounter.builder("holdfast.limit.hits", this, metrics -> metrics.total(limit))
                    .description("How often a limit bit.")
                    .tag("limit", limit.label())
                    .register(registry);
        }
    }
}
