package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.names;
import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.Client;
import io.holdfast.conformance.client.CuttableClient;
import io.holdfast.conformance.client.ResumingClient;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Whether an application's session was restored: the truth, with resume and without. */
class ResumeDeepstreamIT {
    private static final String PATH = "/deepstream/ws";
    private static final String OWNER = "Authorization: Bearer owners-token";
    private static final String OTHER = "Authorization: Bearer others-token";

    @RegisterExtension
    static final RunningServer server = RunningServer.with(Settings.QUIET);

    @RegisterExtension
    static final RunningServer guarded = RunningServer.with(
            Settings.QUIET.with(Keys.TOKENS, "owner:owners-token, other:others-token"));

    private static CuttableClient dial(RunningServer at, String... headers) {
        return at.closedLater(CuttableClient.connect(at.process().http(), PATH, headers));
    }

    private static ResumingClient resuming() {
        return server.closedLater(ResumingClient.of(server.process().http(), PATH));
    }

    private static boolean restored(Client app, String instance) {
        var ack = app.ask(DeepstreamIT.ready(instance, true), "reconnection_ack");
        assertThat(names(ack))
                .containsExactlyInAnyOrder("type", "status", "session_restored", "server_status");
        return ack.path("session_restored").asBoolean();
    }

    /** An {@code app_ready} with all that the application knows. */
    private static JsonNode greet(ResumingClient app, String instance, boolean reconnection) {
        var ready = DeepstreamIT.ready(instance, reconnection);
        return app.dial().greet(ready.substring(0, ready.length() - 1) + app.helloFields() + "}");
    }

    static List<Consumer<CuttableClient>> waysToLoseOne() {
        return List.of(
                CuttableClient::cut,
                CuttableClient::close,
                CuttableClient::goSilent,
                app -> app.leave(1000, ""),
                app -> app.leave(1001, ""),
                app -> app.leave(1013, ""));
    }

    @ParameterizedTest(name = "way {index}")
    @MethodSource("waysToLoseOne")
    void withoutResumeTheSessionIsFoundHoweverTheApplicationWasLost(Consumer<CuttableClient> loss) {
        var instance = "plain-" + System.identityHashCode(loss);
        var app = dial(server);
        app.ask(DeepstreamIT.ready(instance, false), "ready_ack");
        loss.accept(app);

        assertThat(restored(dial(server), instance)).isTrue();
    }

    @Test
    void withoutResumeAnUnknownInstanceIsToldSo() {
        assertThat(restored(dial(server), "unknown")).isFalse();
    }

    @Test
    void oneThatDoesNotSayThatItReconnectsBeginsAnew() {
        var app = dial(server);
        app.ask(DeepstreamIT.ready("anew", false), "ready_ack");
        app.cut();
        var ack = dial(server).ask(DeepstreamIT.ready("anew", false), "ready_ack");

        assertThat(ack.path("session_restored").asBoolean(true)).isFalse();
    }

    @Test
    void withoutResumeNothingOfItIsSeen() {
        var app = dial(server);
        var ack = app.ask(DeepstreamIT.ready("unseen", false), "ready_ack");
        app.send("{\"type\":\"event\",\"name\":\"n\",\"data\":1,\"id\":\"e\"}");

        assertThat(names(ack))
                .containsExactlyInAnyOrder("type", "status", "session_restored", "server_status");
        assertThat(app.everythingUntilPong()).isEmpty();
    }

    @Test
    void withResumeTheAnswersSayWhereTheStreamsAre() {
        var app = resuming();
        var first = greet(app, "cam-1", false);
        app.connection().cut();
        var again = greet(app, "cam-1", true);

        assertThat(names(first))
                .containsExactlyInAnyOrder(
                        "type",
                        "status",
                        "session_restored",
                        "server_status",
                        "session_token",
                        "expires_in",
                        "streams");
        assertThat(names(first.path("streams"))).containsExactly("@cam-1");
        assertThat(type(again)).isEqualTo("reconnection_ack");
        assertThat(again.path("session_restored").asBoolean()).isTrue();
        assertThat(again.path("streams").path("@cam-1").path("recovered").asInt(-1))
                .isZero();
    }

    @Test
    void withResumeTheSameInstanceIsEnoughToo() {
        var app = resuming();
        greet(app, "cam-2", false);
        app.connection().cut();
        app.token(null);

        assertThat(greet(app, "cam-2", true).path("session_restored").asBoolean())
                .isTrue();
    }

    @Test
    void withResumeAnUnknownInstanceIsToldSo() {
        assertThat(greet(resuming(), "cam-3", true).path("session_restored").asBoolean(true))
                .isFalse();
    }

    @Test
    void anEventWithAnIdIsPublishedOnceHoweverOftenItIsSent() {
        var dashboard =
                server.closedLater(ResumingClient.of(server.process().http(), "/ws/dashboard"));
        dashboard.come();
        dashboard.join("deepstream.events");
        var app = resuming();
        greet(app, "cam-4", false);
        var event = "\"type\":\"event\",\"name\":\"stall\",\"data\":{\"n\":4}";
        var id = app.request(event);
        var first = app.answerTo(id);
        app.connection().cut();
        greet(app, "cam-4", true);
        app.connection().send("{" + event + ",\"id\":\"" + id + "\"}");

        assertThat(first.path("stream").asString()).isEqualTo("deepstream.events");
        assertThat(app.readTo("ack")).isEqualTo(first);
        app.answerTo(app.request("\"type\":\"event\",\"name\":\"end\",\"data\":5"));
        dashboard.readTo(message -> message.toString().contains("\"end\""));
        assertThat(dashboard.data("deepstream.events"))
                .containsExactly(
                        "{\"name\":\"stall\",\"data\":{\"n\":4}}", "{\"name\":\"end\",\"data\":5}");
    }

    @Test
    void whatIsSentToAnApplicationThatIsAwayWaitsForIt() {
        var app = resuming();
        greet(app, "cam-5", false);
        app.connection().cut();
        var sender = server.closedLater(ResumingClient.of(server.process().http(), "/ws/operator"));
        sender.come();
        // Present until the server has seen the reset: then it is queued.
        var acks = 0;
        String status;
        do {
            acks++;
            status = sender.answerTo(sender.direct("cam-5", Integer.toString(acks)))
                    .path("status")
                    .asString();
        } while (!status.equals("queued"));

        var ack = greet(app, "cam-5", true);

        assertThat(ack.path("streams").path("@cam-5").path("recovered").asInt()).isEqualTo(acks);
        app.readUntil("@cam-5", acks);
    }

    @Test
    void anotherPrincipalIsRefusedAndTheOwnersSessionStays() {
        var app = dial(guarded, OWNER);
        app.ask(DeepstreamIT.ready("cam-6", false), "ready_ack");
        app.cut();
        var thief = dial(guarded, OTHER);
        thief.send(DeepstreamIT.ready("cam-6", true));

        assertThat(thief.inbox().awaitClose().code()).isEqualTo(1008);
        assertThat(restored(dial(guarded, OWNER), "cam-6")).isTrue();
    }
}
