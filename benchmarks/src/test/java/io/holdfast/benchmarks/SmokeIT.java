package io.holdfast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small runs against real servers: that all is counted, not how fast it is. */
class SmokeIT {
    @TempDir
    private static Path temporary;

    private static List<Server> servers = List.of();

    @BeforeAll
    static void chooseServers() throws InterruptedException {
        boolean holdfast = ServerProcess.holdfastServes(settings(List.of()));
        if (!holdfast) {
            System.out.println(
                    "Holdfast is left out of the smoke run: its command does not know `serve`.");
        }
        servers = holdfast ? List.of(Server.BARE, Server.HOLDFAST) : List.of(Server.BARE);
    }

    @Test
    void everyRequestOfAnEchoIsAnswered() throws Exception {
        List<Measurement.Messages> all = suite().measure(Workload.ECHO);

        assertThat(all).extracting(Measurement.Messages::name).containsExactlyElementsOf(names());
        assertThat(all).allSatisfy(one -> assertThat(one.completed()).isPositive());
        assertThat(all).allSatisfy(one -> assertThat(one.faults()).isZero());
    }

    @Test
    void everySubscriberGetsEveryMessageOfAWindow() throws Exception {
        List<Measurement.Messages> all = suite().measure(Workload.FAN_OUT_32);

        assertThat(all).extracting(Measurement.Messages::name).containsExactlyElementsOf(names());
        assertThat(all).allSatisfy(one -> assertThat(one.completed()).isPositive());
        assertThat(all).allSatisfy(one -> assertThat(one.faults()).isZero());
        assertThat(all)
                .extracting(Measurement.Messages::payloadBytes)
                .containsOnly(all.getFirst().payloadBytes());
    }

    @Test
    void idleConnectionsStay() throws Exception {
        List<Measurement.Idle> all = suite().measureIdle();

        assertThat(all).extracting(Measurement.Idle::name).containsExactlyElementsOf(names());
        assertThat(all).allSatisfy(one -> assertThat(one.faults()).isZero());
    }

    @Test
    void clientsThatResumeGetEveryMessageOfAWindowAsPlainOnesDo() throws Exception {
        assumeHoldfast();

        List<Measurement.Messages> all = suite().measure(Workload.STREAMS_32);

        assertThat(all)
                .extracting(Measurement.Messages::name)
                .containsExactly("plain", "sequenced");
        assertThat(all).allSatisfy(one -> assertThat(one.completed()).isPositive());
        assertThat(all).allSatisfy(one -> assertThat(one.faults()).isZero());
        assertThat(all.getLast().payloadBytes()).isGreaterThan(all.getFirst().payloadBytes());
    }

    @Test
    void everyResumeBringsExactlyWhatWasMissed() throws Exception {
        assumeHoldfast();

        List<Measurement.Messages> all = suite().measure(Workload.RESUME);

        assertThat(all)
                .extracting(Measurement.Messages::name)
                .containsExactly(Workload.NOTHING_MISSED, "30 missed");
        assertThat(all).allSatisfy(one -> assertThat(one.completed()).isPositive());
        assertThat(all).allSatisfy(one -> assertThat(one.faults()).isZero());
    }

    @Test
    void everySessionOutlivesARestartAndLosesNothing() throws Exception {
        assumeHoldfast();

        List<Measurement.Restart> all = suite().restart();

        assertThat(all).extracting(Measurement.Restart::name).containsExactly("memory", "disk");
        assertThat(all).allSatisfy(one -> {
            assertThat(one.exitStatus()).isZero();
            assertThat(one.outcome().restored()).isEqualTo(50);
            assertThat(one.outcome().lost()).isZero();
            assertThat(one.outcome().live()).isEqualTo(50);
            assertThat(one.faults()).isZero();
        });
    }

    @Test
    void everyPublishedMessageIsAckedByEachStore() throws Exception {
        assumeHoldfast();

        List<Measurement.Messages> all = suite().measure(Workload.PUBLISH_MANY);

        assertThat(all)
                .extracting(Measurement.Messages::name)
                .containsExactly("memory", "disk", "disk, 2 ms");
        assertThat(all).allSatisfy(one -> assertThat(one.completed()).isPositive());
        assertThat(all).allSatisfy(one -> assertThat(one.faults()).isZero());
    }

    private static void assumeHoldfast() {
        assumeTrue(servers.contains(Server.HOLDFAST), "its command does not know `serve`");
    }

    private static List<String> names() {
        return servers.stream().map(Contestant::of).map(Contestant::name).toList();
    }

    private static Suite suite() {
        return new Suite(
                settings(servers),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    }

    private static Settings settings(List<Server> servers) {
        String classPath = System.getProperty("java.class.path");
        Duration brief = Duration.ofMillis(200);
        Cores cores = Cores.unpinned("a test shares the machine");
        return new Settings(
                servers,
                1,
                brief,
                brief,
                10,
                64,
                20,
                128,
                5,
                192,
                30,
                3,
                50,
                500,
                brief,
                "128m",
                "128m",
                cores,
                classPath,
                classPath,
                List.of(),
                temporary.resolve("logs"),
                temporary.resolve("stores"));
    }
}
