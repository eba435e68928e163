package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.Supervisor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as systemd sees it: Type=notify, and a stop that takes its time. */
class SystemdIT {
    private static final Settings PATIENT =
            Settings.QUIET.with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "1800");
    /** Microseconds; the next progress line comes in ten seconds. */
    private static final long MORE_THAN_TEN_SECONDS = 10_000_000;

    @TempDir
    Path directory = Path.of("");

    @Test
    void systemdHearsOfReadinessOfTheStopAndThatItTakesLonger() {
        var socket = directory.resolve("notify");
        try (var systemd = Supervisor.listen(socket);
                var server = ServerProcess.start(
                        PATIENT.environment("NOTIFY_SOCKET", socket.toString()));
                var ann = RoomsShutdownIT.join(server, "ann")) {
            assertThat(systemd.next())
                    .contains("READY=1")
                    .anyMatch(line -> line.startsWith("STATUS="));
            server.signal("TERM");
            var stopping = systemd.next();
            assertThat(stopping).contains("STOPPING=1");
            assertThat(extensionMicros(stopping)).isGreaterThan(MORE_THAN_TEN_SECONDS);

            var progress = systemd.next();
            assertThat(progress).doesNotContain("READY=1", "STOPPING=1");
            assertThat(extensionMicros(progress)).isGreaterThan(MORE_THAN_TEN_SECONDS);
            ann.leave();
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void anAddressInTheAbstractNameSpaceIsUnderstood() {
        var name = "holdfast-conformance-" + ProcessHandle.current().pid();
        try (var systemd = Supervisor.listen("\0" + name);
                var server =
                        ServerProcess.start(PATIENT.environment("NOTIFY_SOCKET", "@" + name))) {
            assertThat(systemd.next()).contains("READY=1");
            assertThat(server.isAlive()).isTrue();
        }
    }

    @Test
    void aSupervisorThatIsNotThereHarmsNothing() {
        var nowhere = directory.resolve("nobody").toString();
        try (var server = ServerProcess.start(PATIENT.environment("NOTIFY_SOCKET", nowhere))) {
            server.signal("TERM");

            assertThat(server.awaitExit()).isZero();
            assertThat(server.err().all())
                    .filteredOn(line -> line.contains("systemd could not be told"))
                    .hasSize(1);
        }
    }

    private static long extensionMicros(List<String> datagram) {
        var prefix = "EXTEND_TIMEOUT_USEC=";
        return datagram.stream()
                .filter(line -> line.startsWith(prefix))
                .mapToLong(line -> Long.parseLong(line.substring(prefix.length())))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + prefix + " in " + datagram));
    }
}
