package io.holdfast.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.transport.FrontWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class MetricsTest {

    private final AtomicLong nanos = new AtomicLong(1_000);
    private final Metrics metrics = new Metrics(nanos::get);

    @Test
    void thePrometheusTextHasTheDocumentedNames() {
        metrics.newLoop().count(Counter.CONNECTIONS, DialectName.ROOMS);
        assertThat(metrics.prometheusText())
                .contains(
                        "holdfast_active_connections{dialect=\"rooms\"} 1.0",
                        "holdfast_connections_total{dialect=\"rooms\"} 1.0",
                        "holdfast_connections_total{dialect=\"deepstream\"} 0.0",
                        "holdfast_messages_sent_total{",
                        "holdfast_messages_received_total{",
                        "holdfast_bytes_sent_total{",
                        "holdfast_bytes_received_total{",
                        "holdfast_failed_broadcasts_total{",
                        "holdfast_shutdown_duration_seconds 0.0",
                        "holdfast_rtt_seconds_count 0",
                        "holdfast_slow_consumers_total{",
                        "holdfast_zombies_total{",
                        "holdfast_rate_limited_total{",
                        "holdfast_replayed_total{dialect=\"rooms\"} 0.0",
                        "holdfast_deduplicated_total{",
                        "holdfast_gaps_total{",
                        "holdfast_commit_seconds_count 0",
                        "holdfast_limit_hits_total{limit=\"history_total\"}",
                        "holdfast_limit_hits_total{limit=\"uncommitted_limit\"}",
                        "holdfast_limit_hits_total{limit=\"unacked_messages\"}",
                        "holdfast_errors_total{kind=\"protocol\"}",
                        "holdfast_limit_hits_total{limit=\"message_size\"}",
                        "holdfast_uptime_seconds");
    }

    @Test
    void whatLoopsCountIsSummedByDialect() {
        LoopMetrics one = metrics.newLoop();
        LoopMetrics two = metrics.newLoop();
        one.count(Counter.CONNECTIONS, DialectName.ROOMS);
        two.count(Counter.CONNECTIONS, DialectName.ROOMS);
        two.count(Counter.CONNECTIONS, DialectName.DEEPSTREAM);
        two.count(Counter.DISCONNECTIONS, DialectName.ROOMS);
        one.add(Counter.BYTES_SENT, DialectName.ROOMS, 1_000);
        one.count(ErrorKind.TLS);
        two.count(LimitName.OUTBOX_LIMIT);
        assertThat(metrics.activeConnections(DialectName.ROOMS)).isEqualTo(1);
        assertThat(metrics.activeConnections()).isEqualTo(2);
        assertThat(metrics.total(Counter.CONNECTIONS)).isEqualTo(3);
        assertThat(metrics.prometheusText())
                .contains(
                        "holdfast_bytes_sent_total{dialect=\"rooms\"} 1000.0",
                        "holdfast_errors_total{kind=\"tls\"} 1.0",
                        "holdfast_limit_hits_total{limit=\"outbox_limit\"} 1.0");
    }

    @Test
    void noTwoCountersShareACell() {
        LoopMetrics loop = new LoopMetrics();
        long amount = 1;
        for (Counter counter : Counter.values()) {
            for (DialectName dialect : DialectName.values()) {
                loop.add(counter, dialect, amount++);
            }
        }
        for (ResumeResult result : ResumeResult.values()) {
            for (DialectName dialect : DialectName.values()) {
                loop.count(result, dialect);
            }
        }
        for (ErrorKind kind : ErrorKind.values()) {
            loop.count(kind);
        }
        for (LimitName limit : LimitName.values()) {
            loop.count(limit);
        }
        amount = 1;
        for (Counter counter : Counter.values()) {
            for (DialectName dialect : DialectName.values()) {
                assertThat(loop.get(counter, dialect)).isEqualTo(amount++);
            }
        }
        for (DialectName dialect : DialectName.values()) {
            assertThat(ResumeResult.values()).allMatch(result -> loop.get(result, dialect) == 1);
        }
        assertThat(ErrorKind.values()).allMatch(kind -> loop.get(kind) == 1);
        assertThat(LimitName.values()).allMatch(limit -> loop.get(limit) == 1);
    }

    @Test
    void theJsonFormHasAveragesSinceTheStart() {
        LoopMetrics loop = metrics.newLoop();
        loop.add(Counter.CONNECTIONS, DialectName.ROOMS, 5);
        loop.add(Counter.DISCONNECTIONS, DialectName.ROOMS, 2);
        loop.add(Counter.MESSAGES_SENT, DialectName.ROOMS, 30);
        loop.add(Counter.MESSAGES_RECEIVED, DialectName.DEEPSTREAM, 10);
        loop.add(Counter.BYTES_SENT, DialectName.ROOMS, 1_000);
        loop.add(Counter.BYTES_RECEIVED, DialectName.ROOMS, 500);
        loop.count(ErrorKind.UNAUTHORIZED);
        nanos.addAndGet(Duration.ofSeconds(20).toNanos());
        JsonNode json = JsonMapper.shared().readTree(metrics.json());
        assertThat(json.get("uptime").asDouble()).isEqualTo(20);
        assertThat(json.get("total_connections").asLong()).isEqualTo(5);
        assertThat(json.get("active_connections").asLong()).isEqualTo(3);
        assertThat(json.get("message_rate").asDouble()).isEqualTo(2);
        assertThat(json.get("throughput").get("sent").asDouble()).isEqualTo(50);
        assertThat(json.get("throughput").get("received").asDouble()).isEqualTo(25);
        assertThat(json.get("errors").get("unauthorized").asLong()).isEqualTo(1);
        assertThat(json.get("errors").get("internal").asLong()).isZero();
    }

    @Test
    void inTheFirstInstantRatesAreZeroAndNotInfinite() {
        metrics.newLoop().add(Counter.BYTES_SENT, DialectName.ROOMS, 1);
        JsonNode json = JsonMapper.shared().readTree(metrics.json());
        assertThat(json.get("throughput").get("sent").asDouble()).isZero();
    }

    @Test
    void whatIsCountedBesideTheLoopsAddsToWhatTheyCount() {
        metrics.newLoop().count(LimitName.MAX_CONNECTIONS);
        for (FrontWatch.Trouble trouble : FrontWatch.Trouble.values()) {
            new FrontCounts(metrics).trouble(trouble);
        }
        assertThat(metrics.total(LimitName.MAX_CONNECTIONS)).isEqualTo(2);
        assertThat(metrics.total(LimitName.HANDSHAKE_TIMEOUT)).isEqualTo(1);
        assertThat(metrics.total(LimitName.MAX_HEADER_BYTES)).isEqualTo(1);
        assertThat(metrics.total(LimitName.MAX_HEADERS)).isEqualTo(1);
        assertThat(metrics.prometheusText())
                .contains(
                        "holdfast_errors_total{kind=\"handshake\"} 1.0",
                        "holdfast_errors_total{kind=\"tls\"} 1.0");
    }

    @Test
    void roundTripsAreAHistogramInSeconds() {
        metrics.roundTrip(Duration.ofMillis(20).toNanos());
        assertThat(metrics.prometheusText())
                .contains(
                        "holdfast_rtt_seconds_bucket{le=\"0.01\"} 0",
                        "holdfast_rtt_seconds_bucket{le=\"0.025\"} 1",
                        "holdfast_rtt_seconds_count 1");
    }

    @Test
    void resumesAreCountedByHowTheyEndedAndByDialect() {
        metrics.newLoop().count(ResumeResult.FULL, DialectName.ROOMS);
        LoopMetrics loop = metrics.newLoop();
        loop.count(ResumeResult.FULL, DialectName.ROOMS);
        loop.count(ResumeResult.FULL, DialectName.DEEPSTREAM);
        loop.count(ResumeResult.GAP, DialectName.DEEPSTREAM);
        assertThat(metrics.total(ResumeResult.FULL)).isEqualTo(3);
        assertThat(metrics.prometheusText())
                .contains(
                        "holdfast_resumes_total{dialect=\"rooms\",result=\"full\"} 2.0",
                        "holdfast_resumes_total{dialect=\"deepstream\",result=\"full\"} 1.0",
                        "holdfast_resumes_total{dialect=\"deepstream\",result=\"gap\"} 1.0",
                        "holdfast_resumes_total{dialect=\"rooms\",result=\"new\"} 0.0",
                        "holdfast_resumes_total{dialect=\"rooms\",result=\"refused\"} 0.0");
    }

    @Test
    void commitsAreAHistogramFromATenthOfAMillisecondToFiveSeconds() {
        metrics.commitTook(90_000);
        metrics.commitTook(Duration.ofMillis(3).toNanos());
        metrics.commitTook(Duration.ofSeconds(6).toNanos());
        assertThat(metrics.prometheusText())
                .contains(
                        "holdfast_commit_seconds_bucket{le=\"1.0E-4\"} 1",
                        "holdfast_commit_seconds_bucket{le=\"0.0025\"} 1",
                        "holdfast_commit_seconds_bucket{le=\"0.005\"} 2",
                        "holdfast_commit_seconds_bucket{le=\"5.0\"} 2",
                        "holdfast_commit_seconds_bucket{le=\"+Inf\"} 3",
                        "holdfast_commit_seconds_count 3");
    }

    @Test
    void rareEventsAndForeignNumbersAreExportedToo() {
        metrics.shutdownTook(Duration.ofMillis(1_500));
        metrics.stateChanged("draining");
        metrics.gauge("holdfast.rooms", "Rooms.", () -> 7);
        metrics.counter("holdfast.log.events.dropped", "Lost.", () -> 9);
        assertThat(metrics.prometheusText())
                .contains(
                        "holdfast_shutdown_duration_seconds 1.5",
                        "holdfast_state_changes_total{to=\"draining\"} 1.0",
                        "holdfast_rooms 7.0",
                        "holdfast_log_events_dropped_total 9.0");
    }

    @Test
    void aReaderNeverSeesMoreClosesThanOpens() throws InterruptedException {
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            LoopMetrics loop = metrics.newLoop();
            writers.add(Thread.ofPlatform().start(() -> {
                for (int n = 0; n < 200_000; n++) {
                    loop.count(Counter.CONNECTIONS, DialectName.ROOMS);
                    loop.count(Counter.DISCONNECTIONS, DialectName.ROOMS);
                }
            }));
        }
        long least = 0;
        while (writers.stream().anyMatch(Thread::isAlive)) {
            least = Math.min(least, metrics.activeConnections());
        }
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(least).isZero();
        assertThat(metrics.total(Counter.CONNECTIONS)).isEqualTo(400_000);
        assertThat(metrics.activeConnections()).isZero();
    }
}
