package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.conformance.client.CuttableClient;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.client.ResumingClient;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that read slowly or not at all: none of them costs another one anything. */
class ResumeSlowReadersIT {
    private static final int MESSAGE_SIZE = 1 << 20;
    private static final int HISTORY = 20;
    private static final String LARGE = "\"" + "x".repeat(256 << 10) + "\"";

    @RegisterExtension
    static final RunningServer patient = RunningServer.with(
            Settings.QUIET.with(StoreKeys.HISTORY_SIZE, HISTORY).with(Keys.WRITE_TIMEOUT, "60s"));

    @RegisterExtension
    static final RunningServer impatient =
            RunningServer.with(Settings.QUIET.with(Keys.WRITE_TIMEOUT, "1s"));

    private static ResumingClient arrived(RunningServer at, String id) {
        var client = at.closedLater(ResumingClient.of(at.process().http(), "/ws/" + id));
        client.come();
        return client;
    }

    @Test
    void aLargestMessageReachesASlowReaderThatResumes() {
        var slow = arrived(patient, "slow1");
        slow.join("large");
        var bob = arrived(patient, "bob1");
        slow.connection().stopReading();
        var frame = "{\"type\":\"message\",\"room\":\"large\",\"id\":\"%s\",\"data\":\"%s\"}";
        var empty = frame.formatted("1", "").length();
        for (var i = 1; i <= 8; i++) {
            var data = Integer.toString(i).repeat(MESSAGE_SIZE - empty);
            bob.connection().send(frame.formatted(i, data));
            assertThat(bob.readTo("ack").path("seq").asInt()).isEqualTo(i);
        }

        slow.connection().readOn();
        slow.readUntil("large", 8);
        for (var i = 1; i <= 8; i++) {
            var data = slow.messages("large").get(i - 1).path("data").asString();
            assertThat(data.equals(Integer.toString(i).repeat(MESSAGE_SIZE - empty)))
                    .isTrue();
        }
    }

    @Test
    void oneThatFellOffHistoryIsToldOfTheGapBeforeAnythingNewer() {
        var slow = arrived(patient, "slow2");
        slow.join("fast");
        var bob = arrived(patient, "bob2");
        bob.join("fast");
        slow.connection().stopReading();
        var published = 0;
        for (; published < 120; published++) {
            bob.published("fast", LARGE);
        }

        slow.connection().readOn();
        slow.readUntil("fast", published);

        // The client itself checks that the bounds are exact and that nothing newer came before.
        assertThat(slow.gaps()).isNotEmpty();
        assertThat(slow.messages("fast").size()).isLessThan(published);
        bob.published("fast", "\"on\"");
        assertThat(slow.readMessage("fast").path("data").asString()).isEqualTo("on");
        bob.readThroughOwn("fast");
        assertThat(bob.data("fast")).as("the others have all").hasSize(published + 2);
    }

    @Test
    void aPlainOneThatFellOffIsClosedWith4101() {
        var plain =
                patient.closedLater(CuttableClient.connect(patient.process().http(), "/ws/plain3"));
        plain.next("welcome");
        var bob = arrived(patient, "bob3");
        plain.stopReading();
        for (var i = 0; i < 120; i++) {
            bob.published("lobby", LARGE);
        }

        // Its close frame waits behind what it does not read, so the server is asked for the code.
        patient.process().err().await("\"client_id\":\"plain3\"", "\"close_code\":4101");
        plain.readOn();
        assertThat(plain.inbox().awaitClose().code()).isIn(4101, 1006);
    }

    @Test
    void oneThatReadsNothingIsClosedAndComesBackToAllItMissed() {
        var never = arrived(impatient, "never");
        never.join("room");
        var bob = arrived(impatient, "bob");
        bob.join("room");
        var reader = arrived(impatient, "reader");
        reader.join("room");
        never.connection().stopReading();
        var ids = new ArrayList<String>();
        for (var i = 0; i < 30; i++) {
            ids.add(bob.publish("room", LARGE));
            reader.readMessage("room");
        }
        ids.forEach(id -> assertThat(type(bob.answerTo(id))).isEqualTo("ack"));

        impatient.process().err().await("\"client_id\":\"never\"", "\"close_code\":4101");
        await("its connection is gone")
                .atMost(Inbox.PATIENCE)
                .until(() -> impatient.connections() == 2);
        assertThat(reader.connection().inbox().isClosed()).isFalse();
        never.connection().cut();
        var ack = never.comeBack();
        assertThat(ack.path("session_restored").asBoolean()).isTrue();
        never.readUntil("room", ack.path("streams").path("room").path("head").asLong());
        assertThat(reader.messages("room")).hasSize(30);
        assertThat(never.messages("room").size()).isLessThanOrEqualTo(30);
    }

    @Test
    void allThatHistoryHoldsIsGivenToOneThatReadsItSlowly() {
        var slow = arrived(patient, "slow4");
        slow.join("full");
        var bob = arrived(patient, "bob4");
        slow.connection().cut();
        var large = "\"" + "y".repeat(MESSAGE_SIZE - 200) + "\"";
        for (var i = 0; i < 7; i++) {
            bob.published("full", large);
        }

        var ack = slow.comeBack();
        slow.connection().stopReading();
        bob.published("full", "\"live\"");
        slow.connection().readOn();

        assertThat(ack.path("streams").path("full").path("recovered").asInt()).isEqualTo(7);
        slow.readUntil("full", 8);
        assertThat(slow.data("full").subList(0, 7)).containsOnly(large);
    }

    @Test
    void aSlowOnesDirectMessagesWaitForItAndCostNobodyElse() {
        var slow = arrived(patient, "slow5");
        var bob = arrived(patient, "bob5");
        slow.connection().stopReading();
        for (var i = 0; i < 60; i++) {
            assertThat(type(bob.answerTo(bob.direct("slow5", LARGE)))).isEqualTo("ack");
        }
        bob.direct("slow5", "\"last\"");

        slow.connection().readOn();
        slow.readUntil("@slow5", 61);
        assertThat(slow.data("@slow5").getLast()).isEqualTo("\"last\"");
        slow.gaps().forEach(gap -> assertThat(gap.path("stream").asString()).isEqualTo("@slow5"));
    }
}
