package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.conformance.client.Client;
import io.holdfast.conformance.client.Closed;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.client.JdkClient;
import io.holdfast.conformance.client.RawClient;
import io.holdfast.conformance.process.Certificate;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The public port with TLS from PEM files; certificates as the JDK's keytool makes them. */
class TlsIT {
    private static final Certificate FIRST = Certificate.make("first");
    private static final Certificate SECOND = Certificate.make("second");

    @TempDir
    Path directory = Path.of("");

    @Test
    void clientsTalkAndHealthAnswersOverTls() throws Exception {
        var trust = Certificate.trusting(FIRST);
        try (var server = start(FIRST);
                var ann = join(server, "ann", trust);
                var bob = join(server, "bob", trust);
                var https = HttpClient.newBuilder().sslContext(trust).build()) {
            var long100k = "привіт ".repeat(14_000);
            ann.ask("{\"type\":\"message\",\"data\":\"" + long100k + "\"}", "ack");
            assertThat(bob.next("message").path("data").asString()).isEqualTo(long100k);

            var health = HttpRequest.newBuilder(uri(server, "https", "/health")).build();
            var answer = https.send(health, BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"total_connections\":2");
        }
    }

    @Test
    void theShutdownSequenceIsTheSameOverTls() {
        var trust = Certificate.trusting(FIRST);
        try (var server = start(FIRST);
                var ann = join(server, "ann", trust);
                var bob = join(server, "bob", trust)) {
            server.signal("TERM");
            ann.next("shutdown_warning");
            bob.next("shutdown_warning");
            ann.leave();

            assertThat(ann.inbox().awaitClose().code()).isEqualTo(1000);
            assertThat(bob.inbox().awaitClose())
                    .isEqualTo(new Closed(1001, "Server shutdown timeout"));
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void whoSpeaksPlainTextGetsNoAnswerAndHarmsNobody() {
        var trust = Certificate.trusting(FIRST);
        try (var server = start(FIRST);
                var ann = join(server, "ann", trust);
                var plain = RawClient.connect(server.http())) {
            var answer = plain.send(RawClient.handshake("/ws/bob")).readToEnd();

            assertThat(answer).doesNotContain("HTTP/1.1 101").doesNotContain("welcome");
            assertThat(ann.everythingUntilPong()).isEmpty();
        }
    }

    @Test
    void aTlsHandshakeThatIsNotFinishedInTimeIsCut() {
        var settings = settings(FIRST).with(Keys.HANDSHAKE_TIMEOUT, "1s");
        try (var server = ServerProcess.start(settings);
                var silent = RawClient.connect(server.http());
                var half = RawClient.connect(server.http())) {
            // The header of a TLS record that announces a ClientHello, which never comes.
            half.send(new byte[] {22, 3, 1, 1, 0, 1, 0});

            assertThat(half.readToEnd()).doesNotContain("HTTP");
            assertThat(silent.readToEnd()).doesNotContain("HTTP");
        }
    }

    @Test
    void aChangedCertificateIsShownToNewcomersAndNobodyIsDisconnected() throws IOException {
        var trust = Certificate.trusting(FIRST, SECOND);
        try (var server = start(FIRST);
                var ann = join(server, "ann", trust)) {
            assertThat(shownBy(server, trust)).isEqualTo(FIRST.x509());
            SECOND.write(certificateFile(), keyFile());
            await("the new certificate is shown")
                    .atMost(Inbox.PATIENCE)
                    .until(() -> shownBy(server, trust).equals(SECOND.x509()));

            try (var bob = join(server, "bob", Certificate.trusting(SECOND))) {
                bob.ask("{\"type\":\"message\",\"data\":\"hello\"}", "ack");
                assertThat(ann.next("message").path("data").asString()).isEqualTo("hello");
            }
        }
    }

    @Test
    void aCertificateThatBecomesBrokenIsReportedAndTheLastGoodOneStays() throws IOException {
        var trust = Certificate.trusting(FIRST);
        try (var server = start(FIRST)) {
            Files.writeString(certificateFile(), "-----BEGIN CERTIFICATE-----\nbroken\n");
            assertThat(server.err().await("config_rejected")).contains("WARN", "certificate");

            assertThat(shownBy(server, trust)).isEqualTo(FIRST.x509());
        }
    }

    @Test
    void aKeyThatIsNoneStopsTheStart() throws IOException {
        var settings = settings(FIRST);
        Files.writeString(keyFile(), "-----BEGIN PRIVATE KEY-----\nAAAA\n");
        try (var server = ServerProcess.launch(settings)) {
            assertThat(server.awaitExit()).isEqualTo(2);
            assertThat(server.out().all()).isEmpty();
            assertThat(server.err().all()).hasSize(1);
            assertThat(server.err().all().getFirst()).contains(keyFile().toString(), "PEM");
        }
    }

    private ServerProcess start(Certificate certificate) {
        return ServerProcess.start(settings(certificate));
    }

    private Settings settings(Certificate certificate) {
        certificate.write(certificateFile(), keyFile());
        return Settings.QUIET
                .with(Keys.TLS_CERTIFICATE, certificateFile())
                .with(Keys.TLS_KEY, keyFile())
                .with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "2");
    }

    private Path certificateFile() {
        return directory.resolve("certificate.pem");
    }

    private Path keyFile() {
        return directory.resolve("key.pem");
    }

    private static Client join(ServerProcess server, String clientId, SSLContext trust) {
        var uri = uri(server, "wss", "/ws/" + clientId);
        var client = JdkClient.connecting(uri, Map.of(), trust).join();
        client.next("welcome");
        return client;
    }

    private static URI uri(ServerProcess server, String scheme, String path) {
        return URI.create(scheme + "://127.0.0.1:" + server.http() + path);
    }

    /** The certificate that a newcomer is shown. */
    private static java.security.cert.Certificate shownBy(ServerProcess server, SSLContext trust)
            throws IOException {
        try (var socket = (SSLSocket) trust.getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), server.http())) {
            socket.setSoTimeout((int) Inbox.PATIENCE.toMillis());
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }
}
