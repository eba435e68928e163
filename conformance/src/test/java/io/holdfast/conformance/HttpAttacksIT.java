package io.holdfast.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.Frame;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.client.RawClient;
import io.holdfast.conformance.process.Http;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that mean harm: refused, and never read as two. */
class HttpAttacksIT {
    private static final String SECOND = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

    @RegisterExtension
    static final RunningServer server =
            RunningServer.with(Settings.QUIET.with(Keys.HANDSHAKE_TIMEOUT, "1s"));

    @AfterEach
    void theServerIsWell() {
        assertThat(Http.get(server.process().onPublicPort("/health")).statusCode())
                .isEqualTo(200);
    }

    static Stream<Named<String>> ambiguousRequests() {
        return Stream.of(
                request(
                        "Content-Length beside Transfer-Encoding",
                        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
                        "0\r\n\r\n" + SECOND),
                Named.of(
                        "Content-Length and chunked on HTTP/1.0",
                        "GET /health HTTP/1.0\r\nHost: localhost\r\nContent-Length: 4\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                                + SECOND),
                request(
                        "two different Content-Lengths",
                        "Content-Length: 0\r\nContent-Length: 51\r\n",
                        SECOND),
                request("a list of Content-Lengths", "Content-Length: 0, 51\r\n", SECOND),
                request("a negative Content-Length", "Content-Length: -1\r\n", SECOND),
                request("a Content-Length with a sign", "Content-Length: +51\r\n", SECOND),
                request("a request in place of chunks", "Transfer-Encoding: chunked\r\n", SECOND),
                request("an unknown Transfer-Encoding", "Transfer-Encoding: xchunked\r\n", SECOND),
                request(
                        "a hidden Transfer-Encoding",
                        "Transfer-Encoding:\u000bchunked\r\n",
                        SECOND),
                request("a folded header", "X-Fold: a\r\n Content-Length: 51\r\n", SECOND),
                request("a folded first header", " X: y\r\n", SECOND),
                request("space before the colon", "Content-Length : 51\r\n", SECOND),
                request("a header name with a control byte", "X\u0001Y: z\r\n", SECOND),
                request("a header value with NUL", "X: a\u0000b\r\n", SECOND),
                request("a bare CR in a value", "X: a\rContent-Length: 51\r\n", SECOND),
                request("a bare LF between headers", "X: a\nContent-Length: 51\r\n", SECOND),
                request("a header without a colon", "NoColonHere\r\n", SECOND),
                request("a body on GET", "Content-Length: 51\r\n", SECOND),
                Named.of(
                        "control bytes before the request",
                        "\u0001\u0002GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n" + SECOND),
                Named.of("only bare LFs", "GET /health HTTP/1.1\nHost: localhost\n\n" + SECOND),
                Named.of("no Host", "GET /health HTTP/1.1\r\n\r\n" + SECOND),
                Named.of(
                        "two Hosts", "GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + SECOND),
                Named.of(
                        "a version that is none",
                        "GET /health HTTP/1.9x\r\nHost: localhost\r\n\r\n" + SECOND),
                Named.of(
                        "no request at all",
                        "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n" + SECOND));
    }

    @ParameterizedTest
    @MethodSource("ambiguousRequests")
    void anAmbiguousRequestIsRefusedAndNothingAfterItIsRead(String request) {
        var raw = server.raw();
        raw.sendInBackground(bytes(request));
        var answers = STATUS.matcher(raw.readToEnd())
                .results()
                .map(hit -> hit.group(1))
                .toList();

        assertThat(answers)
                .as("at most one answer, and that a refusal")
                .hasSizeLessThanOrEqualTo(1);
        assertThat(answers)
                .allMatch(status ->
                        status.startsWith("4") || status.equals("501") || status.equals("505"));
    }

    @Test
    void headersOver8KibibytesAreRefusedWith431() {
        var raw = server.raw();
        raw.sendInBackground(bytes(
                "GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(9_000) + "\r\n\r\n"));

        assertThat(raw.readHead().status()).isEqualTo(431);
    }

    @Test
    void moreThanAHundredHeadersAreRefusedWith431() {
        var raw = server.raw();
        raw.sendInBackground(bytes(
                "GET /health HTTP/1.1\r\nHost: localhost\r\n" + "A: b\r\n".repeat(101) + "\r\n"));

        assertThat(raw.readHead().status()).isEqualTo(431);
    }

    @Test
    void anEndlessRequestLineIsRefused() {
        var raw = server.raw();
        raw.sendInBackground(bytes("GET /" + "x".repeat(100_000)));

        assertThat(raw.readHead().status()).isIn(400, 414, 431);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET",
                "GET /ws/ann HTTP/1.1\r\n",
                "GET /ws/ann HTTP/1.1\r\nHost: localhost\r\nUpgrade: web"
            })
    void aHandshakeThatIsNotFinishedInTimeIsCut(String beginning) {
        assertThat(server.raw().send(beginning).readToEnd())
                .doesNotContain("101")
                .doesNotContain("200");
    }

    @Test
    void aHandshakeThatDripsIsCutAllTheSame() {
        var raw = server.raw().send("GET /ws/ann HTTP/1.1\r\nHost: localhost\r\nX: ");
        Awaitility.await().atMost(Inbox.PATIENCE).until(() -> {
            try {
                raw.send("x");
                return false;
            } catch (UncheckedIOException cutOff) {
                return true;
            }
        });
    }

    @Test
    void theTimeoutOfTheHandshakeHasADefault() {
        try (var byDefault = ServerProcess.start(Settings.QUIET);
                var raw = RawClient.connect(byDefault.http())) {
            assertThat(raw.send("GET /ws/ann HTTP/1.1\r\n").readToEnd()).doesNotContain("101");
        }
    }

    @Test
    void framesSentTogetherWithTheHandshakeAreRefusedWithIt() {
        var bob = server.join("bob");
        var frame = Frame.text("{\"type\":\"message\",\"data\":\"smuggled\"}").masked();
        // In one write. RFC 6455, 4.1: the client waits for the answer; one that does not may be
        // hiding a second request from a proxy in between.
        var answer = server.raw()
                .send(RawClient.handshake("/ws/ann") + new String(frame, ISO_8859_1))
                .readToEnd();

        assertThat(STATUS.matcher(answer).results().map(hit -> hit.group(1)))
                .allMatch(status -> status.startsWith("4"));
        assertThat(answer).doesNotContain("welcome");
        assertThat(bob.everythingUntilPong()).as("ann never was there").isEmpty();
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(ISO_8859_1);
    }

    private static Named<String> request(String name, String headers, String body) {
        return Named.of(
                name, "GET /health HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n" + body);
    }
}
