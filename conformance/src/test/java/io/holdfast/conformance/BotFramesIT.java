package io.holdfast.conformance;

import static io.holdfast.conformance.client.BotClient.event;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.BotClient;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Length-prefixed frames and compression, from the moment that both sides agreed. */
class BotFramesIT {
    private static final String GZIP = "gzip";
    private static final String FRAMES = "length-prefixed";
    /** Bytes; what is longer is compressed where that pays. */
    private static final int THRESHOLD = 10_240;

    @RegisterExtension
    static final RunningServer server = RunningServer.with(Settings.QUIET);

    private static BotClient connect() {
        return server.closedLater(BotClient.connect(server.process().botPort()));
    }

    private static BotClient arrive(String clientKey, String... features) {
        var bot = connect();
        bot.hello(clientKey, features);
        return bot;
    }

    private static String agreed(String clientKey, String... features) {
        return connect().hello(clientKey, features).path("features").toString();
    }

    @Test
    void whatIsAgreedIsWhatBothCanDo() {
        assertThat(agreed("agree-1")).isEqualTo("[]");
        assertThat(agreed("agree-2", "resume")).isEqualTo("[\"resume\"]");
        assertThat(agreed("agree-3", GZIP)).as("a line has no place for a flag").isEqualTo("[]");
        assertThat(agreed("agree-4", FRAMES)).isEqualTo("[\"length-prefixed\"]");
        assertThat(agreed("agree-5", "zstd", FRAMES, "telepathy", GZIP))
                .isEqualTo("[\"gzip\",\"length-prefixed\"]");
    }

    @Test
    void whoOffersGzipAloneGoesOnInLines() {
        var bot = arrive("gzip-alone", GZIP);

        assertThat(bot.everythingUntilPong()).isEmpty();
    }

    @Test
    void bothSpeakFramesBehindTheWelcome() {
        var ann = arrive("frames-ann", FRAMES);
        var bob = arrive("frames-bob", FRAMES, GZIP);
        var cyd = arrive("frames-cyd");
        ann.send("{\"event\":\"message\",\"id\":\"1\",\"data\":\"я🙂\"}");

        assertThat(ann.next("ack").path("id").asString()).isEqualTo("1");
        assertThat(bob.next("message").path("data").asString()).isEqualTo("я🙂");
        assertThat(cyd.next("message").path("data").asString()).isEqualTo("я🙂");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 1 << 16})
    void framesMayFollowHelloWithoutWaiting(int bytesAtOnce) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(BotClient.lineOf(BotClient.helloOf("eager-" + bytesAtOnce, FRAMES, GZIP)));
        // A second line feed would be the first byte of a length.
        bytes.writeBytes(BotClient.frame(0, utf8("{\"event\":\"ping\",\"data\":{\"id\":1}}")));
        bytes.writeBytes(BotClient.frame(
                BotClient.GZIP,
                BotClient.gzip(utf8("{\"event\":\"message\",\"id\":\"2\",\"data\":1}"))));
        var all = bytes.toByteArray();
        var bot = connect();
        for (var at = 0; at < all.length; at += bytesAtOnce) {
            var end = Math.min(all.length, at + bytesAtOnce);
            bot.sendBytes(java.util.Arrays.copyOfRange(all, at, end));
        }

        // The client takes what comes for lines up to the welcome, and for frames behind it.
        assertThat(event(bot.next())).isEqualTo("welcome");
        assertThat(bot.next("pong").path("data").path("id").asInt()).isEqualTo(1);
        assertThat(bot.next("ack").path("id").asString()).isEqualTo("2");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void whatIsCompressedInArrivesWhole() {
        var ann = arrive("in-ann", FRAMES, GZIP);
        var bob = arrive("in-bob");
        var data = "compressible я ".repeat(5_000);
        ann.sendCompressed("{\"event\":\"message\",\"data\":\"" + data + "\"}");
        ann.sendCompressed("{\"event\":\"message\",\"data\":\"short\"}");

        assertThat(bob.next("message").path("data").asString()).isEqualTo(data);
        assertThat(bob.next("message").path("data").asString()).isEqualTo("short");
    }

    @Test
    void whatIsOneByteOverTheThresholdIsCompressedAndNoByteBefore() {
        var bob = arrive("threshold-bob", FRAMES, GZIP);
        BotConversationIT.join(bob, "threshold");
        var ann = arrive("threshold-ann");
        var message = "{\"event\":\"message\",\"room\":\"threshold\",\"data\":\"%s\"}";
        ann.send(message.formatted(""));
        // The seq has one digit in all three.
        var fits = THRESHOLD - utf8(bob.inbox().nextText()).length;

        ann.send(message.formatted("x".repeat(fits)));
        assertThat(bob.inbox().nextText()).hasSize(THRESHOLD);
        assertThat(bob.compressedFrames()).isZero();
        ann.send(message.formatted("x".repeat(fits + 1)));
        assertThat(bob.inbox().nextText()).hasSize(THRESHOLD + 1);
        assertThat(bob.compressedFrames()).isEqualTo(1);
    }

    @Test
    void whatDoesNotGetMuchShorterIsSentAsItIs() {
        var bob = arrive("incompressible-bob", FRAMES, GZIP);
        var ann = arrive("incompressible-ann");
        var noise = noise();
        assertThat(BotClient.gzip(utf8(noise)).length).isGreaterThan(utf8(noise).length * 9 / 10);
        ann.send("{\"event\":\"message\",\"data\":\"" + noise + "\"}");
        assertThat(bob.next("message").path("data").asString()).isEqualTo(noise);
        assertThat(bob.compressedFrames()).isZero();

        // Six bits in each byte: a quarter is saved.
        var bytes = new byte[60_000];
        new Random(42).nextBytes(bytes);
        var base64 = Base64.getEncoder().encodeToString(bytes);
        ann.send("{\"event\":\"message\",\"data\":\"" + base64 + "\"}");
        assertThat(bob.next("message").path("data").asString()).isEqualTo(base64);
        assertThat(bob.compressedFrames()).isEqualTo(1);
    }

    /**
     * Characters of one, two and three bytes, as many of each as make all bytes that there are in
     * UTF-8 about as frequent: the most that gzip can be given in it.
     */
    private static String noise() {
        var random = new Random(7);
        var text = new StringBuilder();
        while (text.length() < 20_000) {
            var kind = random.nextInt(94 + 30 + 15);
            var one = (char) ('#' + random.nextInt('~' - '#'));
            text.append(
                    kind < 94
                            ? (one == '\\' ? '/' : one)
                            : kind < 124
                                    ? (char) (0x80 + random.nextInt(0x780))
                                    : (char) (0x800 + random.nextInt(0xd800 - 0x800)));
        }
        return text.toString();
    }

    @Test
    void whoDidNotAgreeOnGzipIsSentNone() {
        var ann = arrive("no-gzip-ann", FRAMES);
        var bob = arrive("no-gzip-bob");
        bob.send("{\"event\":\"message\",\"data\":\"" + "x".repeat(50_000) + "\"}");

        assertThat(ann.next("message").path("data").asString()).hasSize(50_000);
        assertThat(ann.compressedFrames()).isZero();
    }

    @Test
    void aDirectMessageIsCompressedToo() {
        var ann = arrive("direct-ann", FRAMES, GZIP);
        var bob = arrive("direct-bob", FRAMES, GZIP);
        ann.send("{\"event\":\"direct\",\"to\":\"direct-bob\",\"data\":\"" + "y".repeat(100_000)
                + "\"}");

        assertThat(bob.next("message").path("data").asString()).hasSize(100_000);
        assertThat(bob.compressedFrames()).isEqualTo(1);
    }

    @Test
    void aFrameMayHoldRawLineBreaks() {
        var ann = arrive("breaks-ann", FRAMES);
        var bob = arrive("breaks-bob");
        ann.send("{\n\"event\":\r\n\"message\",\"data\":[\n1]}");

        assertThat(bob.next("message").path("data").toString()).isEqualTo("[1]");
    }

    @Test
    void whoEndsItsHalfInFramesGetsItsAnswers() {
        var ann = arrive("half-ann", FRAMES, GZIP);
        for (var i = 0; i < 50; i++) {
            ann.send("{\"event\":\"message\",\"id\":\"" + i + "\",\"data\":1}");
        }
        ann.finishWriting();

        for (var i = 0; i < 50; i++) {
            assertThat(ann.next("ack").path("id").asString()).isEqualTo(Integer.toString(i));
        }
        assertThat(ann.awaitEnd()).isEqualTo(BotClient.End.FIN);
    }
}
