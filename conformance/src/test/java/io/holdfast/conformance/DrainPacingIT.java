package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.Client;
import io.holdfast.conformance.client.Json;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The pace of a drain is behaviour: others must take these clients in. */
@Isolated("the time between the first and the last warning is looked at")
class DrainPacingIT {
    private static final int CLIENTS = 300;

    @Test
    void aFleetIsToldAtTheDrainRate() {
        var settings = Settings.QUIET
                .with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "600")
                .with(Keys.DRAIN_RATE, "100");
        try (var server = ServerProcess.start(settings)) {
            var clients = new ArrayList<Client>();
            for (var i = 0; i < CLIENTS; i++) {
                clients.add(RoomsShutdownIT.join(server, "c" + i));
            }
            server.signal("TERM");
            var toldAtNanos = new long[CLIENTS];
            var reconnectAfter = new int[CLIENTS];
            for (var i = 0; i < CLIENTS; i++) {
                var arrival = clients.get(i).inbox().nextArrival();
                var message = Json.parse(arrival.text());
                while (!type(message).equals("shutdown_warning")) {
                    arrival = clients.get(i).inbox().nextArrival();
                    message = Json.parse(arrival.text());
                }
                toldAtNanos[i] = arrival.atNanos();
                reconnectAfter[i] = message.path("reconnect_after").asInt(-1);
            }
            var first = LongStream.of(toldAtNanos).min().orElseThrow();
            var last = LongStream.of(toldAtNanos).max().orElseThrow();

            // 300 / 100 per second, ± 10 %; the upper bound leaves room for a busy machine.
            assertThat(Duration.ofNanos(last - first))
                    .isBetween(Duration.ofMillis(2_600), Duration.ofSeconds(6));
            assertThat(IntStream.of(reconnectAfter))
                    .as("reconnect_after")
                    .allMatch(seconds -> seconds >= 0);
            clients.forEach(Client::leave);
            assertThat(server.awaitExit()).isZero();
            clients.forEach(Client::close);
        }
    }
}
