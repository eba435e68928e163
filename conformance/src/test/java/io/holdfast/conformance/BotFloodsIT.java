package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.BotClient;
import io.holdfast.conformance.client.ResumingBot;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** More than a peer reads, and more than it may send: it alone pays. */
@Isolated("the server's memory is looked at")
class BotFloodsIT {
    /** Characters; as data of a direct message. */
    private static final String LARGE = "\"" + "x".repeat(200_000) + "\"";
    /** Enough to fill kernel buffers, a personal history and an outbox many times over. */
    private static final int FLOOD = 400;

    private static final long ALLOWED_GROWTH_KIBIBYTES = 96 << 10;

    @RegisterExtension
    static final RunningServer server = RunningServer.with(Settings.QUIET
            .jvmFlag("-Xmx96m")
            .with(Keys.WRITE_TIMEOUT, "1s")
            .with(StoreKeys.HISTORY_SIZE, 20));

    @RegisterExtension
    static final RunningServer strict =
            RunningServer.with(Settings.QUIET.with(Keys.BOT_MESSAGES_PER_MINUTE, "20"));

    private static ResumingBot arrived(String key, String... features) {
        var bot = server.closedLater(ResumingBot.of(server.process().botPort(), key, features));
        bot.come();
        return bot;
    }

    private static BotClient connect() {
        return server.closedLater(BotClient.connect(server.process().botPort(), 4_096));
    }

    /** The victim reads nothing more while others flood a room that it is in. */
    private static void flood(String name, BotClient victim) {
        BotConversationIT.join(victim, name + "-flood");
        var victimsId = victim.ask(
                        "{\"event\":\"who\",\"room\":\"" + name + "-flood\"}", "presence")
                .path("data")
                .path("clients")
                .path(0)
                .asString();
        victim.stopReading();
        var sender = arrived(name + "-sender");
        var ann = arrived(name + "-ann");
        ann.join(name + "-pair");
        var bob = arrived(name + "-bob", "length-prefixed", "gzip");
        bob.join(name + "-pair");
        sender.join(name + "-flood");
        var beforeKibibytes = server.process().residentKibibytes();
        var expected = new ArrayList<String>();
        for (var i = 0; i < FLOOD; i++) {
            sender.published(name + "-flood", LARGE);
            expected.add(Integer.toString(i));
            ann.published(name + "-pair", expected.getLast());
            bob.readUntil(name + "-pair", i + 1);
        }
        var grownKibibytes = server.process().residentKibibytes() - beforeKibibytes;
        System.out.println(name + ": " + FLOOD * 200_000L / 1_000_000
                + " MB to one that does not read: resident memory grew by " + grownKibibytes
                + " KiB");

        assertThat(grownKibibytes).isLessThan(ALLOWED_GROWTH_KIBIBYTES);
        server.process().err().await("\"client_id\":\"" + victimsId + "\"", "\"close_code\":4101");
        assertThat(bob.data(name + "-pair")).isEqualTo(expected);
        assertThat(bob.gaps()).isEmpty();
        assertThat(ann.connection().hasEnded() || bob.connection().hasEnded()).isFalse();
        victim.readOn();
        victim.awaitEnd();
    }

    @Test
    void oneWithASessionThatNeverReadsIsClosed() {
        var victim = connect();
        victim.hello("deaf");

        flood("deaf", victim);
    }

    @Test
    void anAnonymousOneThatNeverReadsIsClosed() {
        flood("plain", connect());
    }

    @Test
    void oneThatSpeaksFramesAndNeverReadsIsClosed() {
        var victim = connect();
        victim.hello("framed", "length-prefixed");

        flood("framed", victim);
    }

    @Test
    void oneThatAsksAndNeverReadsTheAnswersIsClosed() {
        var asker = connect();
        asker.hello("asker");
        asker.stopReading();
        var ann = arrived("asked-ann");
        var many = BotClient.lineOf("nonsense\n".repeat(10_000));
        Thread.ofVirtual().start(() -> {
            for (var i = 0; i < 100; i++) {
                asker.sendAsFarAsItGoes(many);
            }
        });

        server.process().err().await("\"client_id\":\"asker\"", "\"close_code\":4101");
        ann.readThroughOwn("bot");
    }

    @Test
    void whoSendsMoreThanItsRateIsToldAndTheRestIsNotPublished() {
        var sender = strict.closedLater(BotClient.connect(strict.process().botPort()));
        sender.hello("sender");
        var reader = strict.closedLater(BotClient.connect(strict.process().botPort()));
        reader.hello("reader");
        for (var i = 1; i <= 30; i++) {
            sender.send("{\"event\":\"message\",\"id\":\"" + i + "\",\"data\":" + i + "}");
        }
        for (var i = 21; i <= 30; i++) {
            var error = sender.next("error");
            assertThat(error.path("id").asString()).isEqualTo(Integer.toString(i));
            assertThat(error.path("data").path("code").asString()).isEqualTo("rate_limited");
            assertThat(error.path("data").path("retry_after").asInt()).isBetween(1, 60);
        }

        assertThat(sender.everythingUntilPong().stream().map(BotClient::event))
                .doesNotContain("error");
        var heard = new ArrayList<>(
                reader.upTo(message -> message.path("id").asString("").equals("20")));
        // Whatever else had been published would come before this one.
        reader.send("{\"event\":\"message\",\"data\":\"reader's own\"}");
        heard.addAll(
                reader.upTo(message -> message.path("data").asString("").equals("reader's own")));
        assertThat(heard.stream().filter(m -> m.path("from").asString("").equals("sender")))
                .hasSize(20);
    }

    @Test
    void comingBackDoesNotClearTheCount() {
        var bot = strict.closedLater(ResumingBot.of(strict.process().botPort(), "again"));
        bot.come();
        for (var i = 0; i < 20; i++) {
            bot.published("bot", "1");
        }
        bot.connection().cut();
        bot.comeBack();

        assertThat(bot.published("bot", "2").path("data").path("code").asString())
                .isEqualTo("rate_limited");
    }
}
