package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.conformance.client.Closed;
import io.holdfast.conformance.client.Frame;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.client.RawClient;
import io.holdfast.conformance.process.Http;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that mean harm, against a server with a small heap. */
@Isolated("the server's memory is looked at")
class WebSocketAttacksIT {
    private static final String DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate";

    @RegisterExtension
    static final RunningServer server = RunningServer.with(Settings.QUIET.jvmFlag("-Xmx64m"));

    @AfterEach
    void theOthersAreWell() {
        var clients = server.joinAll("well-1", "well-2");
        clients.get(0).ask("{\"type\":\"message\",\"data\":\"fine\"}", "ack");
        assertThat(clients.get(1).next("message").path("data").asString()).isEqualTo("fine");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void endlessFragmentsAreClosedWith1009(int payloadBytes) {
        var fragments = new ByteArrayOutputStream();
        var payload = new byte[payloadBytes];
        fragments.writeBytes(new Frame(false, 0, Frame.TEXT, payload).masked());
        var continuation = new Frame(false, 0, Frame.CONTINUATION, payload).masked();
        for (var i = 0; i < 200_000; i++) {
            fragments.writeBytes(continuation);
        }
        var attacker = server.rawJoin("attacker");
        attacker.sendInBackground(fragments.toByteArray());

        assertThat(attacker.awaitClose().code()).isEqualTo(1009);
    }

    @Test
    void aThousandFragmentsAreAMessage() {
        var bob = server.join("bob");
        var ann = server.rawJoin("ann");
        var message = new ByteArrayOutputStream();
        message.writeBytes(new Frame(false, 0, Frame.TEXT, new byte[] {'"'}).masked());
        for (var i = 0; i < 1_000; i++) {
            message.writeBytes(new Frame(false, 0, Frame.CONTINUATION, new byte[] {'x'}).masked());
        }
        message.writeBytes(new Frame(true, 0, Frame.CONTINUATION, new byte[] {'"'}).masked());
        ann.send(message.toByteArray());

        assertThat(bob.next("message").path("data").asString()).isEqualTo("x".repeat(1_000));
    }

    @Test
    void aDecompressionBombIsClosedWith1009AndCostsNoMemory() {
        var bomb = new Frame(true, Frame.COMPRESSED, Frame.TEXT, deflated(60 << 20)).masked();
        assertThat(bomb.length).isLessThan(70_000);
        for (var i = 0; i < 5; i++) {
            assertThat(dropped(bomb)).isEqualTo(1009);
        }
        var beforeKibibytes = server.process().residentKibibytes();
        for (var i = 0; i < 20; i++) {
            assertThat(dropped(bomb)).isEqualTo(1009);
        }
        var grownKibibytes = server.process().residentKibibytes() - beforeKibibytes;

        System.out.println(
                "20 bombs of 60 MiB: resident memory grew by " + grownKibibytes + " KiB");
        assertThat(grownKibibytes).isLessThan(16 << 10);
    }

    @Test
    void brokenCompressionIsRefused() {
        var attacker = server.rawJoin("attacker", DEFLATE);
        var garbage = new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff};
        attacker.send(new Frame(true, Frame.COMPRESSED, Frame.TEXT, garbage).masked());

        assertThat(attacker.awaitClose().code()).isIn(1002, 1007);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate; server_max_window_bits=1000000",
                "permessage-deflate; client_max_window_bits=7",
                "permessage-deflate; server_max_window_bits=-1",
                "permessage-deflate; unknown",
                "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
                "permessage-deflate; server_max_window_bits=\"",
                "; ; ,,, ==",
                "x-webkit-deflate-frame",
            })
    void anOfferOfCompressionThatMakesNoSenseIsDeclined(String offer) {
        var head = server.raw().upgrade("/ws/ann", "Sec-WebSocket-Extensions: " + offer);

        assertThat(head.status()).isIn(101, 400);
        assertThat(head.header("Sec-WebSocket-Extensions")).isEmpty();
    }

    @Test
    void aFloodOfPingsIsNotAnsweredForEver() {
        var attacker = server.rawJoin("attacker");
        var flood = new ByteArrayOutputStream();
        for (var i = 0; i < 20_000; i++) {
            flood.writeBytes(Frame.ping("p" + i).masked());
        }
        attacker.sendInBackground(flood.toByteArray());
        var pongs = 0;
        var frame = attacker.readFrame();
        while (frame != null && frame.opcode() != Frame.CLOSE) {
            pongs += frame.opcode() == Frame.PONG ? 1 : 0;
            frame = attacker.readFrame();
        }

        assertThat(frame).as("a close frame before the end").isNotNull();
        assertThat(requireNonNull(frame).closed().code()).isEqualTo(1008);
        // Ten a second, and the hundred unanswered ones that end it come within few seconds.
        assertThat(pongs).isBetween(1, 100);
    }

    @Test
    void whoGoesOnFloodingWithPingsIsClosedWith1008() {
        var attacker = server.rawJoin("attacker");
        var burst = new ByteArrayOutputStream();
        for (var i = 0; i < 50; i++) {
            burst.writeBytes(Frame.ping("").masked());
        }
        var bytes = burst.toByteArray();
        var closed = new java.util.concurrent.CompletableFuture<Closed>();
        Thread.ofVirtual().start(() -> closed.complete(attacker.awaitClose()));
        await().atMost(java.time.Duration.ofSeconds(60)).until(() -> {
            try {
                attacker.send(bytes);
            } catch (UncheckedIOException cutOff) {
                // The close frame may still be on its way to the reading thread.
            }
            return closed.isDone();
        });

        assertThat(closed.join().code()).isEqualTo(1008);
    }

    @Test
    void nestingAHundredThousandDeepHarmsNobody() {
        var clients = server.joinAll("ann", "bob");
        clients.get(0).send("[".repeat(100_000));
        clients.get(0).send("[".repeat(100_000) + "]".repeat(100_000));
        clients.get(0)
                .send("{\"type\":\"message\",\"data\":" + "[".repeat(100_000) + "]".repeat(100_000)
                        + "}");
        clients.get(0).send("{\"type\":\"direct\",\"to\":" + "{\"a\":".repeat(100_000));

        assertThat(type(clients.get(0).ask("{\"type\":\"ping\"}", "pong"))).isEqualTo("pong");
    }

    @Test
    void aNumberOfAMillionDigitsHarmsNobody() {
        var clients = server.joinAll("ann", "bob");
        clients.get(0).send("{\"type\":\"message\",\"data\":" + "9".repeat(1_000_000) + "}");
        clients.get(0).send("{\"type\":" + "9".repeat(1_000_000) + "}");
        clients.get(0).send("1e" + "9".repeat(1_000_000));

        assertThat(type(clients.get(0).ask("{\"type\":\"ping\"}", "pong"))).isEqualTo("pong");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"message\",\"data\":1,\"id\":\"\\ud800\"}",
                "{\"type\":\"direct\",\"to\":\"\\udc00\",\"data\":1}",
                "{\"type\":\"join\",\"room\":\"\\ud800\\ud800\"}",
                "{\"ty\\u0070e\":\"pi\\u006eg\"}",
                "{\"type\":\"\\ud800\"}",
            })
    void halfASurrogateHarmsNobody(String text) {
        var ann = server.join("ann");
        ann.send(text);

        assertThat(type(ann.ask("{\"type\":\"ping\"}", "pong"))).isEqualTo("pong");
        assertThat(ann.inbox().isClosed()).isFalse();
    }

    @Test
    void manyKeysWithTheSameHashHarmNobody() {
        var keys = new StringBuilder("{");
        for (var i = 0; i < 4_096; i++) {
            keys.append('"');
            for (var bit = 0; bit < 12; bit++) {
                keys.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            keys.append("\":1,");
        }
        var clients = server.joinAll("ann", "bob");
        clients.get(0).ask(keys.append("\"type\":\"other\"}").toString(), "ack");

        assertThat(type(clients.get(1).next())).isEqualTo("message");
    }

    @Test
    void logLinesCannotBeForged() {
        server.rawWebSocket("/ws/a%0d%0a%7b%22level%22:%22FORGED%22%7d").awaitClose();
        server.open("/ws/ann?x=%0aFORGED").next("welcome");

        await().atMost(Inbox.PATIENCE)
                .until(() -> server.process().err().soFar().size() >= 1);
        assertThat(server.process().err().soFar())
                .noneMatch(line -> line.startsWith("{\"level\":\"FORGED\""));
        assertThat(Http.get(server.process().onPublicPort("/health")).statusCode())
                .isEqualTo(200);
    }

    private static int dropped(byte[] bomb) {
        try (var attacker = RawClient.webSocket(server.process().http(), "/ws/attacker", DEFLATE)) {
            attacker.readText();
            attacker.sendInBackground(bomb);
            return attacker.awaitClose().code();
        }
    }

    /** So many zero bytes as one permessage-deflate message (RFC 7692, 7.2.1). */
    private static byte[] deflated(int zeros) {
        var deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        var input = new byte[1 << 20];
        Arrays.fill(input, (byte) '0');
        var out = new ByteArrayOutputStream();
        var buffer = new byte[1 << 16];
        for (var done = 0; done < zeros; done += input.length) {
            deflater.setInput(input);
            for (int count;
                    (count = deflater.deflate(buffer, 0, buffer.length, Deflater.NO_FLUSH)) > 0; ) {
                out.write(buffer, 0, count);
            }
        }
        for (int count;
                (count = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH)) > 0; ) {
            out.write(buffer, 0, count);
        }
        deflater.end();
        return Arrays.copyOf(out.toByteArray(), out.size() - 4);
    }
}
