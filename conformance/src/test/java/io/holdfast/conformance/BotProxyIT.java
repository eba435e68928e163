package io.holdfast.conformance;

import static io.holdfast.conformance.client.BotClient.event;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.conformance.client.BotClient;
import io.holdfast.conformance.client.Dial;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.process.Http;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bots behind a proxy that says in a PROXY protocol header for whom it speaks. */
class BotProxyIT {
    private static final String TRUSTED = "127.0.0.1";
    private static final String UNTRUSTED = "127.0.0.2";
    private static final Settings BEHIND_A_PROXY = Settings.QUIET
            .with(Keys.TRUSTED_PROXIES, TRUSTED + "/32")
            .with(Keys.HANDSHAKE_TIMEOUT, "2s");

    private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(ISO_8859_1);
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int UNSPECIFIED = 0x00;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;

    @RegisterExtension
    static final RunningServer server = RunningServer.with(BEHIND_A_PROXY);

    static Stream<Arguments> headers() {
        var tcp4 = addresses("192.0.2.7", "198.51.100.1");
        var tcp6 = addresses("2001:db8::7", "2001:db8::1");
        return Stream.of(
                Arguments.of(
                        "version 1, IPv4",
                        line("TCP4 192.0.2.7 198.51.100.1 4711 9000"),
                        "192.0.2.7"),
                Arguments.of(
                        "version 1, IPv6",
                        line("TCP6 2001:db8::7 2001:db8::1 4711 9000"),
                        "2001:db8::7"),
                Arguments.of("version 1, unknown", line("UNKNOWN"), TRUSTED),
                Arguments.of(
                        "version 1, unknown with addresses that do not count",
                        line("UNKNOWN ffff::1 ffff::2 1 2"),
                        TRUSTED),
                Arguments.of("version 2, IPv4", block(PROXY, TCP4, tcp4), "192.0.2.7"),
                Arguments.of("version 2, IPv6", block(PROXY, TCP6, tcp6), "2001:db8::7"),
                Arguments.of("version 2, local", block(LOCAL, UNSPECIFIED, new byte[0]), TRUSTED),
                Arguments.of(
                        "version 2, local with addresses that do not count",
                        block(LOCAL, TCP4, tcp4),
                        TRUSTED),
                Arguments.of(
                        "version 2, unspecified", block(PROXY, UNSPECIFIED, new byte[0]), TRUSTED),
                Arguments.of(
                        "version 2 with what a load balancer adds",
                        block(PROXY, TCP4, joined(tcp4, new byte[500])),
                        "192.0.2.7"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headers")
    void theClientIsWhomTheTrustedPeerAnnounces(String name, byte[] header, String client) {
        var bot = trusted().sendBytes(header);
        bot.hello("bot");

        assertThat(remoteOf("bot")).isEqualTo(canonical(client));
        assertThat(bot.ask("{\"event\":\"message\",\"id\":\"m\",\"data\":1}", "ack")
                        .path("id")
                        .asString())
                .isEqualTo("m");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headers")
    void aHeaderMayArriveByteByByte(String name, byte[] header, String client) {
        var bot = trusted();
        for (var one : joined(header, BotClient.lineOf(BotClient.helloOf("bot")))) {
            bot.sendBytes(new byte[] {one});
        }
        bot.next("welcome");

        assertThat(remoteOf("bot")).isEqualTo(canonical(client));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headers")
    void aHeaderAndWhatFollowsMayArriveAtOnce(String name, byte[] header, String client) {
        var ping = BotClient.lineOf("{\"event\":\"ping\",\"data\":{\"id\":7}}");
        var hello = BotClient.lineOf(BotClient.helloOf("bot"));
        var bot = trusted().sendBytes(joined(joined(header, hello), ping));
        var answers = bot.upTo(message -> event(message).equals("welcome"));
        if (answers.size() == 1) {
            bot.next("pong");
        }

        assertThat(remoteOf("bot")).isEqualTo(canonical(client));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"event\":\"hello\",\"data\":{\"client_key\":\"bot\"}}",
                // Begin as headers do.
                "\r\n{\"event\":\"hello\",\"data\":{\"client_key\":\"bot\"}}",
                "\r\n\r\n{\"event\":\"hello\",\"data\":{\"client_key\":\"bot\"}}"
            })
    void aTrustedPeerWithoutAHeaderIsServedUnderItsOwnAddress(String first) {
        trusted().sendBytes(BotClient.lineOf(first)).next("welcome");

        assertThat(remoteOf("bot")).isEqualTo(TRUSTED);
    }

    static Stream<Arguments> brokenHeaders() {
        var tcp4 = addresses("192.0.2.7", "198.51.100.1");
        return Stream.of(
                Arguments.of(
                        "no CR", "PROXY TCP4 192.0.2.7 198.51.100.1 1 2\n".getBytes(ISO_8859_1)),
                Arguments.of("no ports", line("TCP4 192.0.2.7 198.51.100.1")),
                Arguments.of("a name", line("TCP4 localhost 198.51.100.1 1 2")),
                Arguments.of("the other family", line("TCP4 ::1 ::2 1 2")),
                Arguments.of("a port too high", line("TCP4 192.0.2.7 198.51.100.1 65536 2")),
                Arguments.of("another protocol", line("UDP4 192.0.2.7 198.51.100.1 1 2")),
                Arguments.of("a line too long", line("UNKNOWN " + "x".repeat(107))),
                Arguments.of("version 3", block(0x31, TCP4, tcp4)),
                Arguments.of("an unknown command", block(0x22, TCP4, tcp4)),
                Arguments.of("an unknown family", block(PROXY, 0x41, tcp4)),
                Arguments.of("too short for its addresses", block(PROXY, TCP6, tcp4)),
                Arguments.of(
                        "endless",
                        joined(SIGNATURE, new byte[] {PROXY, TCP4, (byte) 0xFF, (byte) 0xFF})));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenHeaders")
    void aBrokenHeaderEndsTheConnectionAndNothingBehindItCounts(String name, byte[] header) {
        var other = BotClient.over(Dial.from(UNTRUSTED, server.process().botPort()));
        server.closedLater(other).hello("other");
        var bot = trusted()
                .sendAsFarAsItGoes(joined(
                        header, BotClient.lineOf("{\"event\":\"message\",\"data\":\"in\"}")));
        bot.awaitEnd();

        assertThat(bot.inbox().isEmpty()).isTrue();
        assertThat(other.everythingUntilPong()).isEmpty();
    }

    static Stream<Arguments> halfHeaders() {
        var whole = block(PROXY, TCP4, addresses("192.0.2.7", "198.51.100.1"));
        return Stream.of(
                Arguments.of("of version 1", "PROXY TCP4 192.0".getBytes(ISO_8859_1)),
                Arguments.of("of version 2", Arrays.copyOf(whole, 20)),
                Arguments.of("that may be none yet", "\r\n\r".getBytes(ISO_8859_1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("halfHeaders")
    void halfAHeaderAndThenSilenceEndsTheConnection(String name, byte[] half) {
        var bot = trusted().sendBytes(half);
        bot.awaitEnd();

        assertThat(bot.inbox().isEmpty()).isTrue();
        assertThat(Http.get(server.process().onOperationsPort("/metrics")).body())
                .contains("limit=\"proxy_header_timeout\"");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("halfHeaders")
    void halfAHeaderAndThenTheEndEndsTheConnection(String name, byte[] half) {
        var bot = trusted().sendBytes(half).finishWriting();
        bot.awaitEnd();

        assertThat(bot.inbox().isEmpty()).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headers")
    void fromAPeerThatIsNotTrustedAHeaderIsBadInput(String name, byte[] header, String client) {
        var bot = server.closedLater(Dial.bot(UNTRUSTED, server.process().botPort()));
        bot.sendAsFarAsItGoes(joined(header, BotClient.lineOf(BotClient.helloOf("bot"))));
        if (name.startsWith("version 1")) {
            assertThat(bot.awaitFinalError()).isEqualTo("bad_message");
        }
        // Version 2 begins with empty lines; whatever its bytes are taken for, nobody is let in as
        // the one that they announce.
        await().atMost(Inbox.PATIENCE)
                .until(() -> bot.hasEnded() || !remoteOf("bot").isEmpty());

        assertThat(remoteOf("bot")).isIn("", UNTRUSTED);
    }

    @Test
    void healthOnThePublicPortShowsNoAddress() {
        trusted().sendBytes(line("TCP4 192.0.2.7 198.51.100.1 4711 9000")).hello("bot");

        assertThat(Http.get(server.process().onPublicPort("/health")).body())
                .doesNotContain("192.0.2.7");
    }

    @Test
    void limitsCountTheAddressThatWasAnnounced() {
        try (var limited = ServerProcess.start(BEHIND_A_PROXY
                        .with(Keys.BOT_CONNECTIONS_PER_MINUTE, "1")
                        .with(Keys.BOT_BLOCK_IP, "60s"));
                var first = announced(limited, "192.0.2.1");
                var second = announced(limited, "192.0.2.2")) {
            first.hello("first");
            second.hello("second");
            for (var i = 1; i < 10; i++) {
                assertThat(refusal(limited, "192.0.2.1")).isEqualTo("too_many_new_connections");
            }
            assertThat(refusal(limited, "192.0.2.1")).isEqualTo("blocked");
            assertThat(refusal(limited, "192.0.2.2"))
                    .as("another address behind the same proxy")
                    .isEqualTo("too_many_new_connections");
            try (var third = announced(limited, "192.0.2.3")) {
                third.hello("third");
            }
        }
    }

    private static String refusal(ServerProcess limited, String client) {
        try (var bot = announced(limited, client)) {
            bot.sendAsFarAsItGoes(BotClient.lineOf(BotClient.helloOf("newcomer")));
            return bot.awaitFinalError();
        }
    }

    private static BotClient announced(ServerProcess at, String client) {
        return Dial.bot(TRUSTED, at.botPort())
                .sendBytes(line("TCP4 " + client + " 198.51.100.1 4711 9000"));
    }

    private static BotClient trusted() {
        return server.closedLater(Dial.bot(TRUSTED, server.process().botPort()));
    }

    /** The address that operators are shown for a client; empty when it is not there. */
    private static String remoteOf(String clientId) {
        return Http.json(server.process().onOperationsPort("/health"))
                .path("connected_instances")
                .valueStream()
                .filter(one -> one.path("instance_id").asString("").equals(clientId))
                .map(one -> one.path("remote").asString(""))
                .map(BotProxyIT::canonical)
                .findFirst()
                .orElse("");
    }

    private static byte[] line(String rest) {
        return ("PROXY " + rest + "\r\n").getBytes(ISO_8859_1);
    }

    private static byte[] block(int command, int family, byte[] rest) {
        return ByteBuffer.allocate(16 + rest.length)
                .put(SIGNATURE)
                .put((byte) command)
                .put((byte) family)
                .putShort((short) rest.length)
                .put(rest)
                .array();
    }

    private static byte[] addresses(String source, String destination) {
        var from = address(source).getAddress();
        return ByteBuffer.allocate(2 * from.length + 4)
                .put(from)
                .put(address(destination).getAddress())
                .putShort((short) 4711)
                .putShort((short) 9000)
                .array();
    }

    private static String canonical(String literal) {
        return address(literal).getHostAddress();
    }

    private static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        var both = new ByteArrayOutputStream();
        both.writeBytes(first);
        both.writeBytes(second);
        return both.toByteArray();
    }
}
