package io.holdfast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

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
    private static Path logs;

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

        assertThat(all).extracting(Measurement.Messages::server).containsExactlyElementsOf(servers);
        assertThat(all).allSatisfy(one -> assertThat(one.completed()).isPositive());
        assertThat(all).allSatisfy(one -> assertThat(one.faults()).isZero());
    }

    @Test
    void everySubscriberGetsEveryMessageOfAWindow() throws Exception {
        List<Measurement.Messages> all = suite().measure(Workload.FAN_OUT_32);

        assertThat(all).extracting(Measurement.Messages::server).containsExactlyElementsOf(servers);
        assertThat(all).allSatisfy(one -> assertThat(one.completed()).isPositive());
        assertThat(all).allSatisfy(one -> assertThat(one.faults()).isZero());
        assertThat(all)
                .extracting(Measurement.Messages::payloadBytes)
                .containsOnly(all.getFirst().payloadBytes());
    }

    @Test
    void idleConnectionsStay() throws Exception {
        List<Measurement.Idle> all = suite().measureIdle();

        assertThat(all).extracting(Measurement.Idle::server).containsExactlyElementsOf(servers);
        assertThat(all).allSatisfy(one -> assertThat(one.faults()).isZero());
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
                servers, 1, brief, brief, 10, 64, 20, 128, 50, 500, brief, "128m", "128m", cores,
                classPath, classPath, List.of(), logs);
    }
}
