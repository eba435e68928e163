package io.holdfast.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.BotClient;
import io.holdfast.conformance.client.RawClient;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bytes that mean harm, against a server with a small heap. Whatever one peer sends, two others
 * keep their connections and go on talking without loss, and a newcomer is served.
 */
@Isolated("the server's memory is looked at")
class BotAttacksIT {
    private static final int MEBIBYTE = 1 << 20;

    @RegisterExtension
    static final RunningServer server = RunningServer.with(
            Settings.QUIET.jvmFlag("-Xmx64m").with(Keys.BOT_READ_IDLE_TIMEOUT, "1s"));

    private static int tests;

    private BotClient well1;
    private BotClient well2;

    @BeforeEach
    void twoOthersTalk() {
        tests++;
        well1 = arrive("well-1-" + tests);
        well2 = arrive("well-2-" + tests, "length-prefixed", "gzip");
        talk("before");
    }

    @AfterEach
    void theyStillDoAndANewcomerIsServed() {
        for (var i = 0; i < 20; i++) {
            talk("after-" + i);
        }
        assertThat(well1.hasEnded() || well2.hasEnded()).isFalse();
        well1.close();
        well2.close();
        var newcomer = arrive("newcomer-" + tests);
        var ack = newcomer.ask("{\"event\":\"message\",\"data\":1,\"id\":\"new\"}", "ack");
        assertThat(ack.path("id").asString()).isEqualTo("new");
    }

    private void talk(String what) {
        well1.send(
                "{\"event\":\"direct\",\"to\":\"well-2-" + tests + "\",\"data\":\"" + what + "\"}");
        assertThat(well2.next("message").path("data").asString()).isEqualTo(what);
        well2.send(
                "{\"event\":\"direct\",\"to\":\"well-1-" + tests + "\",\"data\":\"" + what + "\"}");
        assertThat(well1.next("message").path("data").asString()).isEqualTo(what);
    }

    private static BotClient connect() {
        return server.closedLater(BotClient.connect(server.process().botPort()));
    }

    private static BotClient arrive(String clientKey, String... features) {
        var bot = connect();
        bot.hello(clientKey, features);
        return bot;
    }

    private static BotClient framed() {
        return arrive("attacker", "length-prefixed", "gzip");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"event\":\"hello\",\"data\":{\"client", "\r"})
    void halfALineThenSilenceIsTimedOutAlsoWithoutAnyHello(String half) {
        var welcomed = arrive("attacker").sendBytes(utf8(half));
        var unknown = connect().sendBytes(utf8(half));

        for (var attacker : new BotClient[] {welcomed, unknown}) {
            assertThat(attacker.awaitFinalError()).isEqualTo("timeout");
            assertThat(attacker.awaitEnd()).isEqualTo(BotClient.End.FIN);
        }
    }

    static Stream<Named<byte[]>> halfFrames() {
        return Stream.of(
                Named.of("half a length", new byte[] {0, 0}),
                Named.of("no flags", new byte[] {0, 0, 0, 9}),
                Named.of("no payload", new byte[] {0, 0, 0, 9, 0}),
                Named.of("half a payload", new byte[] {0, 0, 0, 9, 0, '{', '"'}));
    }

    @ParameterizedTest
    @MethodSource("halfFrames")
    void halfAFrameThenSilenceIsTimedOut(byte[] half) {
        assertThat(framed().sendBytes(half).awaitFinalError()).isEqualTo("timeout");
    }

    @Test
    void whoIsSilentBetweenTwoMessagesIsNotTimedOut() {
        var quiet = arrive("quiet");
        connect().sendBytes(utf8("{")).awaitFinalError();
        // The other one's second is over, which began later.

        assertThat(quiet.everythingUntilPong()).isEmpty();
    }

    @Test
    void aLineWithoutEndIsTooBigAndCostsNoMemory() {
        var chunk = new byte[MEBIBYTE];
        Arrays.fill(chunk, (byte) 'x');
        var beforeKibibytes = 0L;
        for (var i = 0; i < 30; i++) {
            if (i == 5) {
                beforeKibibytes = server.process().residentKibibytes();
            }
            var attacker = i % 2 == 0 ? connect() : arrive("attacker");
            Thread.ofVirtual().start(() -> {
                for (var j = 0; j < 20; j++) {
                    attacker.sendAsFarAsItGoes(chunk);
                }
            });
            assertThat(attacker.awaitFinalError()).isEqualTo("too_large");
            attacker.close();
        }

        assertThat(server.process().residentKibibytes() - beforeKibibytes).isLessThan(16 << 10);
    }

    static Stream<Named<String>> heavyJson() {
        return Stream.of(
                Named.of("100,000 open arrays", "[".repeat(100_000)),
                Named.of("100,000 nested arrays", "[".repeat(100_000) + "]".repeat(100_000)),
                Named.of(
                        "100,000 nested arrays as data",
                        "{\"event\":\"message\",\"data\":" + "[".repeat(100_000)
                                + "]".repeat(100_000) + "}"),
                Named.of("100,000 open objects", "{\"a\":".repeat(100_000)),
                Named.of(
                        "a number of a million digits",
                        "{\"event\":\"message\",\"data\":" + "9".repeat(1_000_000) + "}"),
                Named.of(
                        "an exponent of a million digits",
                        "{\"event\":\"ping\",\"data\":{\"id\":1e" + "9".repeat(1_000_000) + "}}"),
                Named.of("a name of a million letters", "{\"" + "n".repeat(1_000_000) + "\":1}"),
                Named.of(
                        "10,000 times the same field",
                        "{" + "\"event\":\"who\",".repeat(10_000) + "\"data\":1}"),
                Named.of(
                        "10,000 times the same field in data",
                        "{\"event\":\"hello\",\"data\":{" + "\"client_key\":\"a\",".repeat(10_000)
                                + "\"features\":[]}}"),
                Named.of(
                        "a hundred thousand features",
                        "{\"event\":\"hello\",\"data\":{\"client_key\":\"a\",\"features\":[\"x\""
                                + ",\"x\"".repeat(100_000) + "]}}"),
                Named.of("NULs", "\0".repeat(10_000)),
                Named.of("NULs in a string", "{\"event\":\"me\0ssage\",\"data\":1}"),
                Named.of("half a surrogate", "{\"event\":\"\\ud800\"}"));
    }

    @ParameterizedTest
    @MethodSource("heavyJson")
    void heavyJsonIsABadMessage(String json) {
        var welcomed = arrive("attacker").send(json);
        assertThat(welcomed.next("error").path("data").path("code").asString())
                .isEqualTo("bad_message");
        assertThat(welcomed.everythingUntilPong()).isEmpty();

        var inFrames = framed().sendCompressed(json);
        assertThat(inFrames.next("error").path("data").path("code").asString())
                .isEqualTo("bad_message");
        assertThat(inFrames.everythingUntilPong()).isEmpty();

        assertThat(connect().send(json).awaitFinalError()).isEqualTo("bad_message");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"event\":\"message\",\"data\":1,\"id\":\"\\ud800\"}",
                "{\"event\":\"direct\",\"to\":\"\\udc00\",\"data\":1}",
                "{\"event\":\"join\",\"room\":\"\\ud800\\ud800\"}",
            })
    void halfASurrogateInANameHarmsNobody(String json) {
        var attacker = arrive("attacker").send(json);

        assertThat(attacker.next("error").path("data").path("code").asString()).isNotEmpty();
        assertThat(attacker.everythingUntilPong()).isEmpty();
    }

    static Stream<Named<byte[]>> invalidUtf8() {
        return Stream.of(
                Named.of("a lone continuation", new byte[] {(byte) 0x80}),
                Named.of("an overlong slash", new byte[] {(byte) 0xc0, (byte) 0xaf}),
                Named.of("a surrogate", new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}),
                Named.of(
                        "beyond Unicode",
                        new byte[] {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80}),
                Named.of("a character cut off", new byte[] {(byte) 0xf0, (byte) 0x9f}),
                Named.of("UTF-16", "\ufeff{}".getBytes(java.nio.charset.StandardCharsets.UTF_16)));
    }

    @ParameterizedTest
    @MethodSource("invalidUtf8")
    void invalidUtf8IsSaidToBeAlsoWhenItComesInPieces(byte[] wrong) {
        var message = new ByteArrayOutputStream();
        message.writeBytes(utf8("{\"event\":\"message\",\"data\":\""));
        message.writeBytes(wrong);
        message.writeBytes(utf8("\"}"));
        var bytes = message.toByteArray();

        var line = arrive("attacker").sendBytes(bytes).sendAsFarAsItGoes(utf8("\n"));
        assertThat(line.awaitFinalError()).isEqualTo("invalid_utf8");
        var pieces = arrive("attacker");
        for (var b : bytes) {
            pieces.sendAsFarAsItGoes(new byte[] {b});
        }
        pieces.sendAsFarAsItGoes(utf8("\n"));
        assertThat(pieces.awaitFinalError()).isEqualTo("invalid_utf8");
        assertThat(framed().sendBytes(BotClient.frame(0, bytes)).awaitFinalError())
                .isEqualTo("invalid_utf8");
        assertThat(framed().sendBytes(BotClient.frame(BotClient.GZIP, BotClient.gzip(bytes)))
                        .awaitFinalError())
                .isEqualTo("invalid_utf8");
    }

    @Test
    void aGzipBombIsTooBigAndCostsNoMemory() {
        var bomb = BotClient.frame(BotClient.GZIP, BotClient.gzip(new byte[60 * MEBIBYTE]));
        assertThat(bomb.length).isLessThan(70_000);
        var beforeKibibytes = 0L;
        for (var i = 0; i < 25; i++) {
            if (i == 5) {
                beforeKibibytes = server.process().residentKibibytes();
            }
            try (var attacker = framed().sendAsFarAsItGoes(bomb)) {
                assertThat(attacker.awaitFinalError()).isEqualTo("too_large");
            }
        }

        assertThat(server.process().residentKibibytes() - beforeKibibytes).isLessThan(16 << 10);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 2 * MEBIBYTE, 0x7b226576})
    void aLengthBeyondTheLimitIsRefusedBeforeAnyOfItsBytes(int length) {
        var attacker = framed();
        attacker.sendBytes(ByteBuffer.allocate(4).putInt(length).array());

        assertThat(attacker.awaitFinalError()).isEqualTo("too_large");
    }

    static Stream<Named<byte[]>> wrongFrames() {
        var gzip = BotClient.gzip(utf8("{\"event\":\"ping\"}"));
        var corrupt = gzip.clone();
        corrupt[corrupt.length / 2] ^= 0x55;
        var checksum = gzip.clone();
        checksum[checksum.length - 6] ^= 1;
        var two = new ByteArrayOutputStream();
        two.writeBytes(gzip);
        two.writeBytes(gzip);
        return Stream.of(
                Named.of("length 0", new byte[4]),
                Named.of("all flags", BotClient.frame(0xff, utf8("{}"))),
                Named.of("bit 1", BotClient.frame(2, utf8("{}"))),
                Named.of("gzip and bit 7", BotClient.frame(0x81, gzip)),
                Named.of("no gzip at all", BotClient.frame(BotClient.GZIP, utf8("{}"))),
                Named.of("nothing compressed", BotClient.frame(BotClient.GZIP, new byte[0])),
                Named.of("corrupt", BotClient.frame(BotClient.GZIP, corrupt)),
                Named.of("a wrong checksum", BotClient.frame(BotClient.GZIP, checksum)),
                Named.of(
                        "cut off",
                        BotClient.frame(BotClient.GZIP, Arrays.copyOf(gzip, gzip.length - 9))),
                Named.of("two members", BotClient.frame(BotClient.GZIP, two.toByteArray())));
    }

    @ParameterizedTest
    @MethodSource("wrongFrames")
    void aFrameThatIsNoneIsAProtocolError(byte[] frame) {
        var attacker = framed().sendAsFarAsItGoes(frame);

        assertThat(attacker.awaitFinalError()).isEqualTo("protocol_error");
        assertThat(attacker.awaitEnd()).isEqualTo(BotClient.End.FIN);
    }

    @Test
    void anEmptyPayloadIsNothing() {
        var bot = framed().sendBytes(BotClient.frame(0, new byte[0]));

        assertThat(bot.everythingUntilPong()).isEmpty();
    }

    @Test
    void whoGoesOnInLinesAfterAgreeingOnFramesIsToldSo() {
        var bot = framed();
        bot.sendAsFarAsItGoes(BotClient.lineOf("{\"event\":\"ping\"}"));

        assertThat(bot.awaitFinalError()).isEqualTo("too_large");
    }

    static Stream<Named<byte[]>> otherProtocols() {
        var blob = new byte[100_000];
        new Random(3).nextBytes(blob);
        var hello = ByteBuffer.allocate(517)
                .put(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});
        return Stream.of(
                Named.of("HTTP", utf8("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")),
                Named.of("a WebSocket handshake", utf8(RawClient.handshake("/ws/ann"))),
                Named.of("SSH", utf8("SSH-2.0-OpenSSH_9.6\r\n")),
                Named.of("a PROXY header", utf8("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n")),
                Named.of("a binary blob", blob),
                Named.of("a TLS ClientHello", hello.array()),
                Named.of("a frame without agreement", BotClient.frame(0, utf8("{}\n"))));
    }

    @ParameterizedTest
    @MethodSource("otherProtocols")
    void anotherProtocolIsAnErrorAndTheEnd(byte[] bytes) {
        var stranger = connect().sendAsFarAsItGoes(bytes);

        // A ClientHello has no line end, so it is half a line.
        assertThat(stranger.awaitFinalError()).isIn("bad_message", "invalid_utf8", "timeout");
        assertThat(stranger.inbox().isEmpty()).as("one error is enough").isTrue();
    }

    @Test
    void aFloodOfPingsIsNotAnsweredForEver() {
        var flood = "{\"event\":\"ping\",\"data\":{\"id\":1}}\n".repeat(20_000);
        var attacker = arrive("attacker");
        Thread.ofVirtual().start(() -> attacker.sendAsFarAsItGoes(flood.getBytes(ISO_8859_1)));
        var pongs = attacker.upTo(message -> BotClient.event(message).equals("error"));

        assertThat(pongs.getLast().path("data").path("code").asString()).isEqualTo("rate_limited");
        assertThat(pongs.size() - 1).isBetween(1, 100);
        attacker.awaitEnd();
    }

    @Test
    void aFloodOfErrorsHarmsNobody() {
        var flood = "nonsense\n".repeat(50_000);
        var attacker = arrive("attacker");
        Thread.ofVirtual().start(() -> attacker.sendAsFarAsItGoes(flood.getBytes(ISO_8859_1)));
        for (var i = 0; i < 1_000; i++) {
            assertThat(attacker.next("error").path("data").path("code").asString())
                    .isEqualTo("bad_message");
        }
        attacker.cut();
    }

    @Test
    void logLinesCannotBeForged() {
        connect()
                .send("{\"event\":\"hello\",\"data\":{\"client_key\":\"a\\nFORGED\"}}")
                .awaitFinalError();
        arrive("FORGED \\\" {}");
        server.process().err().await("FORGED");

        assertThat(server.process().err().soFar())
                .noneMatch(line -> line.startsWith("FORGED"))
                .allMatch(line -> line.startsWith("{\"time\""));
    }
}
