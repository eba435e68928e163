package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** More connections than are allowed. */
class ConnectionLimitsIT {
    @RegisterExtension
    static final RunningServer server =
            RunningServer.with(Settings.QUIET.with(Keys.MAX_CONNECTIONS, "3"));

    @Test
    void aConnectionOverTheLimitIsClosedWith1013AndTheOthersStay() {
        var ann = server.join("ann");
        var bob = server.join("bob");
        server.join("cyd");
        var refused = server.open("/ws/dan");

        assertThat(refused.inbox().awaitClose().code()).isEqualTo(1013);
        ann.ask("{\"type\":\"message\",\"data\":1}", "ack");
        assertThat(bob.next("message").path("data").asInt()).isEqualTo(1);
    }

    @Test
    void aPlaceThatBecomesFreeIsGivenAgain() {
        server.join("ann");
        server.join("bob");
        var cyd = server.join("cyd");
        cyd.leave();
        cyd.inbox().awaitClose();
        await().atMost(Inbox.PATIENCE).until(() -> server.connections() == 2);

        assertThat(type(server.open("/ws/dan").next())).isEqualTo("welcome");
    }
}
