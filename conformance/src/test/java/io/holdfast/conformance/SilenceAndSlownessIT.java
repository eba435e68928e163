package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.conformance.client.Frame;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.client.RawClient;
import io.holdfast.conformance.process.Http;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Zombies (4100) and slow consumers (4101), with short patience by configuration. */
class SilenceAndSlownessIT {
    private static final Pattern SLOW_CONSUMERS =
            Pattern.compile("(?m)^holdfast_slow_consumers_total(\\{[^}]*})? ([1-9][0-9.]*)");

    @RegisterExtension
    static final RunningServer server = RunningServer.with(Settings.QUIET
            .with(Keys.ROOMS_PING_INTERVAL, "1s")
            .with(Keys.DEEPSTREAM_PING_INTERVAL, "1s")
            .with(Keys.ROOMS_SILENCE_LIMIT, "3s")
            .with(Keys.DEEPSTREAM_SILENCE_LIMIT, "3s"));

    @RegisterExtension
    static final RunningServer small =
            RunningServer.with(Settings.QUIET.jvmFlag("-Xmx64m").with(Keys.WRITE_TIMEOUT, "1s"));

    @ParameterizedTest
    @ValueSource(strings = {"/ws/mute", "/deepstream/ws"})
    void aClientThatAnswersNoPingIsClosedWith4100(String path) {
        var mute = server.rawWebSocket(path);
        var pings = 0;
        while (true) {
            var frame = mute.readFrame();
            assertThat(frame).as("a close frame before the end").isNotNull();
            if (frame != null && frame.opcode() == Frame.CLOSE) {
                assertThat(frame.closed().code()).isEqualTo(4100);
                break;
            }
            pings += frame != null && frame.opcode() == Frame.PING ? 1 : 0;
        }
        assertThat(pings).isPositive();
    }

    @Test
    void aClientThatAnswersPingsStays() {
        var idle = server.join("idle");
        await().atMost(Inbox.PATIENCE).until(() -> idle.inbox().pings() >= 6);

        assertThat(idle.inbox().isClosed()).isFalse();
        assertThat(idle.everythingUntilPong()).isEmpty();
    }

    @Test
    void aClientThatReadsNothingIsClosedAsSlowAndTheOthersMissNothing() {
        var reader = small.join("reader");
        var writer = small.join("writer");
        var never = small.closedLater(
                RawClient.connect(small.process().http(), 4096).upgraded("/ws/never"));
        writer.next("client_connected");
        var data = "\"" + "x".repeat(32 << 10) + "\"";
        var sent = 0;
        // 128 MB in all: twice the server's heap, so keeping it for anybody would kill the small.
        for (; sent < 4_000; sent++) {
            writer.ask(
                    "{\"type\":\"message\",\"data\":" + data + ",\"id\":\"" + sent + "\"}", "ack");
            reader.next("message");
        }

        assertThat(reader.inbox().isClosed()).isFalse();
        await("the metric of slow consumers")
                .atMost(Inbox.PATIENCE)
                .until(() -> SLOW_CONSUMERS
                        .matcher(Http.get(small.process().onOperationsPort("/metrics"))
                                .body())
                        .find());
        await("the one that never reads is gone")
                .atMost(Inbox.PATIENCE)
                .until(() -> small.connections() == 2);
        never.close();
        assertThat(small.process().isAlive()).isTrue();
        assertThat(type(writer.ask("{\"type\":\"ping\"}", "pong"))).isEqualTo("pong");
    }
}
