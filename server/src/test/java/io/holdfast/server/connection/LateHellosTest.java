package io.holdfast.server.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.drain.ArrivalSlots;
import io.holdfast.protocol.drain.Drain;
import io.holdfast.protocol.drain.DrainInput;
import io.holdfast.protocol.drain.DrainOutput;
import io.holdfast.protocol.drain.DrainSettings;
import io.holdfast.server.dialect.deepstream.DeepstreamDialect;
import io.holdfast.server.dialect.rooms.RoomsDialect;
import io.holdfast.transport.RequestHead;
import io.holdfast.transport.TestWire;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections that were accepted before a drain and say who they are when it is under way. */
class LateHellosTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int RATE = 10;
    private static final int LATE = 100;

    private final TestServer server = new TestServer(Map.of("rooms.max_messages_per_minute", "0"));

    @AfterEach
    void stop() {
        server.close();
    }

    /** A drain of nobody else has begun. */
    private void drain() {
        Drain drain = new Drain(DrainSettings.DEFAULT.withDrainRate(RATE));
        List<ArrivalSlots> handed = new ArrayList<>();
        drain.handle(
                new DrainInput.Start(
                        "d",
                        "test",
                        DrainInput.Origin.SIGNAL,
                        List.of(new long[0], new long[0], new long[0])),
                System.nanoTime(),
                output -> {
                    if (output instanceof DrainOutput.RefuseNewcomers) {
                        handed.add(Objects.requireNonNull(drain.slots()));
                    }
                });
        server.core.refuseNewcomers(handed.getFirst());
    }

    private record Late(Connection connection, TestWire wire) {
        void say(String text) {
            byte[] bytes = text.getBytes(UTF_8);
            connection.text(bytes, 0, bytes.length);
        }

        int toldToReturnAfter() {
            String refusal = wire.texts().getLast();
            assertThat(refusal).startsWith("{\"type\":\"shutting_down\",\"reconnect_after\":");
            return Integer.parseInt(refusal.replaceAll("\\D", ""));
        }
    }

    /** On the loop. */
    private Late open(WebSocketDialect dialect, String path) {
        RequestHead request = new RequestHead(
                "GET",
                path,
                "resume=1",
                new DefaultHttpHeaders(),
                new InetSocketAddress("192.0.2.1", 1));
        Connection connection =
                dialect.accept(request, "192.0.2.1", server.core.connections(server.loop()));
        TestWire wire = new TestWire(server.loop(), connection);
        connection.opened(wire);
        return new Late(connection, wire);
    }

    /**
     * Opens a hundred, begins a drain, and lets them all say that. The clock runs meanwhile, so
     * what is looked at is when they are to arrive, and not what they are told.
     */
    private void areSpreadOverTenSeconds(
            WebSocketDialect dialect, String path, String first, int base) {
        List<Late> all = server.onLoop(() -> {
            List<Late> opened = new ArrayList<>();
            for (int i = 0; i < LATE; i++) {
                opened.add(open(dialect, path.formatted(i)));
            }
            return opened;
        });
        drain();
        long begin = System.nanoTime();
        long lastArrival = server.onLoop(() -> {
            long last = 0;
            for (int i = 0; i < LATE; i++) {
                all.get(i).say(first.formatted(i));
                int after = all.get(i).toldToReturnAfter();
                assertThat(after).isBetween(base, base + LATE / RATE);
                last = Math.max(last, System.nanoTime() + after * SECOND);
            }
            return last;
        });

        // Ten in any second: the first ten arrive in one, the last ten nine later.
        assertThat(lastArrival - begin - base * SECOND).isGreaterThan(89 * SECOND / 10);
    }

    @Test
    void aHundredLateHellosAreSpreadOverTenSeconds() {
        RoomsDialect rooms = new RoomsDialect(server.core, 1);

        areSpreadOverTenSeconds(rooms, "/ws/late-%d", "{\"type\":\"hello\"}", 5);
    }

    @Test
    void soAreAHundredPipelinesThatWereNotReady() {
        DeepstreamDialect deepstream = new DeepstreamDialect(server.core, 1);

        areSpreadOverTenSeconds(
                deepstream,
                "/deepstream/ws",
                "{\"type\":\"app_ready\",\"instance_id\":\"cam-%d\"}",
                10);
    }

    @Test
    void newcomersShareTheSameSeconds() {
        RoomsDialect rooms = new RoomsDialect(server.core, 1);
        Late late = server.onLoop(() -> open(rooms, "/ws/late"));
        drain();
        long begin = System.nanoTime();
        long arrival = server.onLoop(() -> {
            for (int i = 0; i < RATE; i++) {
                server.core.refusal(rooms);
            }
            late.say("{\"type\":\"hello\"}");
            return System.nanoTime() + late.toldToReturnAfter() * SECOND;
        });

        assertThat(arrival - begin).as("a second behind them").isGreaterThan(59 * SECOND / 10);
    }
}
