package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.Client;
import io.holdfast.conformance.client.RawClient;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** Clients that begin to connect and do not finish cost the others nothing. */
@Isolated("latencies are compared")
class HalfOpenHandshakesIT {
    /** A share of two busy cores is not what this test is about. */
    private static final Duration GENEROUS = Duration.ofMillis(50);

    @RegisterExtension
    static final RunningServer server = RunningServer.with(Settings.QUIET
            .with(Keys.HANDSHAKE_TIMEOUT, "60s")
            .with(Keys.MAX_CONNECTIONS_PER_ADDRESS, "5000"));

    @Test
    void aThousandHalfOpenHandshakesLeaveTheOthersTalking() {
        var clients = server.joinAll("ann", "bob");
        exchange(clients.get(0), clients.get(1));
        var quiet = exchange(clients.get(0), clients.get(1));
        for (var i = 0; i < 1_000; i++) {
            server.closedLater(RawClient.connect(server.process().http()))
                    .send("GET /ws/half" + i + " HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
        }
        var underAttack = exchange(clients.get(0), clients.get(1));

        System.out.printf(
                "1,000 half-open handshakes: p99 of a message %.2f ms, quiet %.2f ms%n",
                underAttack.toNanos() / 1e6, quiet.toNanos() / 1e6);
        assertThat(underAttack).isLessThan(quiet.multipliedBy(2).plus(GENEROUS));
    }

    /** The 99th percentile of the time from one client to the other and back. */
    private static Duration exchange(Client ann, Client bob) {
        var nanos = new long[500];
        for (var i = 0; i < nanos.length; i++) {
            var start = System.nanoTime();
            ann.send("{\"type\":\"direct\",\"to\":\"bob\",\"data\":" + i + "}");
            bob.next("direct");
            bob.send("{\"type\":\"direct\",\"to\":\"ann\",\"data\":" + i + "}");
            ann.next("direct");
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return Duration.ofNanos(nanos[nanos.length * 99 / 100]);
    }
}
