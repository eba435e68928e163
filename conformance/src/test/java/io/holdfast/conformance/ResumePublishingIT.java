package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.ResumingClient;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Client messages with an id: acked ones are in the stream exactly once, others at most once. */
class ResumePublishingIT {
    /** The server's memory of ids (spec: delivery, "Client to server"). */
    private static final int REMEMBERED_IDS = 1_024;

    @RegisterExtension
    static final RunningServer server =
            RunningServer.with(Settings.QUIET.with(StoreKeys.HISTORY_SIZE, 5_000));

    @RegisterExtension
    static final RunningServer strict =
            RunningServer.with(Settings.QUIET.with(Keys.MESSAGES_PER_MINUTE, 5));

    /** Commits once a second, so that much is on its way at once. */
    @RegisterExtension
    static final RunningServer collecting = RunningServer.with(
            Settings.QUIET.with(StoreKeys.ENGINE, "disk").with("store.commit_interval", "1s"));

    private static ResumingClient arrived(RunningServer at, String id) {
        var client = at.closedLater(ResumingClient.of(at.process().http(), "/ws/" + id));
        client.come();
        return client;
    }

    @Test
    void aRepeatIsAckedWithItsFirstNumberAndNotPublishedAgain() {
        var ann = arrived(server, "ann1");
        var text = "{\"type\":\"message\",\"data\":1,\"id\":\"x\"}";
        ann.connection().send(text);
        var ack = ann.readTo("ack");
        ann.readThroughOwn("lobby");
        ann.connection().send(text);

        assertThat(ann.readTo("ack")).isEqualTo(ack);
        ann.readThroughOwn("lobby");
        assertThat(ann.data("lobby")).containsExactly("1", "\"marker\"", "\"marker\"");
    }

    @Test
    void aRepeatInTheSameBreathIsPublishedOnce() {
        var ann = arrived(server, "ann2");
        var text = "{\"type\":\"message\",\"data\":2,\"id\":\"x\"}";
        ann.connection().send(text);
        ann.connection().send(text);
        var acks = List.of(ann.readTo("ack"), ann.readTo("ack"));

        assertThat(acks.get(0)).isEqualTo(acks.get(1));
        ann.readThroughOwn("lobby");
        assertThat(ann.data("lobby")).containsExactly("2", "\"marker\"");
    }

    @Test
    void twoClientsMayUseTheSameId() {
        var ann = arrived(server, "ann3");
        var bob = arrived(server, "bob3");
        for (var client : List.of(ann, bob)) {
            client.connection().send("{\"type\":\"message\",\"data\":3,\"id\":\"same\"}");
            client.readTo("ack");
        }
        ann.readThroughOwn("lobby");

        assertThat(ann.data("lobby")).containsExactly("3", "3", "\"marker\"");
    }

    @Test
    void whatWasNotAckedWhenTheConnectionBrokeIsPublishedExactlyOnce() {
        var bob = arrived(server, "bob4");
        bob.join("four");
        var ann = arrived(server, "ann4");
        ann.join("four");
        var expected = new ArrayList<String>();
        for (var round = 0; round < 12; round++) {
            for (var i = 0; i < 8; i++) {
                expected.add(Integer.toString(expected.size()));
                ann.publish("four", expected.getLast());
            }
            // Some of them have arrived, some acks are on their way, some are neither.
            if (round % 3 == 0) {
                ann.connection().goSilent();
            } else {
                ann.connection().cut();
            }
            assertThat(ann.comeBack().path("session_restored").asBoolean()).isTrue();
        }
        ann.unacked().forEach(id -> assertThat(type(ann.answerTo(id))).isEqualTo("ack"));
        bob.readUntil("four", ann.published("four", "\"end\"").path("seq").asLong());
        expected.add("\"end\"");

        assertThat(bob.data("four")).isEqualTo(expected);
    }

    @Test
    void aRepeatOverAReconnectIsAckedWithItsFirstNumber() {
        var ann = arrived(server, "ann5");
        ann.join("five");
        var id = ann.publish("five", "5");
        var first = ann.answerTo(id);
        ann.connection().cut();
        ann.comeBack();
        ann.connection()
                .send("{\"type\":\"message\",\"room\":\"five\",\"data\":5,\"id\":\"" + id + "\"}");

        assertThat(ann.readTo("ack")).isEqualTo(first);
        ann.readThroughOwn("five");
        assertThat(ann.data("five")).containsExactly("5", "\"marker\"");
    }

    @Test
    void theLast1024IdsAreRemembered() {
        var ann = arrived(server, "ann6");
        ann.join("six");
        var first = new HashMap<String, JsonNode>();
        for (var batch = 0; batch < 8; batch++) {
            var ids = new ArrayList<String>();
            for (var i = 0; i < REMEMBERED_IDS / 8; i++) {
                ids.add(ann.publish("six", "6"));
            }
            ids.forEach(id -> first.put(id, ann.answerTo(id)));
        }
        ann.connection().cut();
        ann.comeBack();
        for (var id : List.copyOf(first.keySet())) {
            ann.connection()
                    .send("{\"type\":\"message\",\"room\":\"six\",\"data\":6,\"id\":\"" + id
                            + "\"}");
            assertThat(ann.readTo("ack")).isEqualTo(first.get(id));
        }

        assertThat(ann.published("six", "\"end\"").path("seq").asInt())
                .isEqualTo(REMEMBERED_IDS + 1);
    }

    @Test
    void aPlainClientsIdsAreNotRemembered() {
        var ann = arrived(server, "ann7");
        var plain = server.join("plain7");
        for (var i = 0; i < 2; i++) {
            plain.ask("{\"type\":\"message\",\"data\":7,\"id\":\"again\"}", "ack");
        }
        ann.readThroughOwn("lobby");

        assertThat(ann.data("lobby")).containsExactly("7", "7", "\"marker\"");
    }

    @Test
    void repeatsCostNoRateLimit() {
        var ann = arrived(strict, "ann");
        var texts = new ArrayList<String>();
        for (var i = 0; i < 5; i++) {
            texts.add("{\"type\":\"message\",\"data\":1,\"id\":\"r" + i + "\"}");
            ann.connection().send(texts.getLast());
            ann.readTo("ack");
        }
        for (var i = 0; i < 30; i++) {
            ann.connection().send(texts.get(i % 5));
            var answer = ann.readTo(
                    message -> type(message).equals("ack") || type(message).equals("error"));
            assertThat(type(answer)).isEqualTo("ack");
        }

        var sixth = ann.published("lobby", "6");
        assertThat(sixth.path("code").asString()).isEqualTo("rate_limited");
    }

    @Test
    void ofMoreThan512OnTheirWayAllAreAnsweredAndOnlyTheAckedArePublished() {
        var ann = arrived(collecting, "ann");
        var ids = new ArrayList<String>();
        for (var i = 0; i < 2_000; i++) {
            ids.add(ann.publish("lobby", Integer.toString(i)));
        }
        var acked = new ArrayList<String>();
        Map<String, Integer> codes = new HashMap<>();
        for (var i = 0; i < ids.size(); i++) {
            var answer = ann.answerTo(ids.get(i));
            if (type(answer).equals("ack")) {
                acked.add(Integer.toString(i));
            } else {
                codes.merge(answer.path("code").asString(), 1, Integer::sum);
            }
        }
        ann.readUntil("lobby", acked.size());

        assertThat(codes.keySet()).isSubsetOf("rate_limited");
        assertThat(acked).hasSizeGreaterThanOrEqualTo(512);
        assertThat(ann.data("lobby")).isEqualTo(acked);
    }

    @Test
    void aReconnectDoesNotRefillTheRateLimit() {
        var bob = arrived(strict, "bob");
        for (var i = 0; i < 5; i++) {
            assertThat(type(bob.published("lobby", "1"))).isEqualTo("ack");
        }
        bob.connection().cut();
        bob.comeBack();

        assertThat(bob.published("lobby", "6").path("code").asString()).isEqualTo("rate_limited");
    }

    @Test
    void aRepeatOfWhatIsNotCommittedYetWaitsForTheCommit() {
        var ann = arrived(collecting, "early");
        ann.join("early");
        var text = "{\"type\":\"message\",\"room\":\"early\",\"data\":1,\"id\":\"x\"}";
        for (var i = 0; i < 3; i++) {
            ann.connection().send(text);
        }
        var acks = List.of(ann.readTo("ack"), ann.readTo("ack"), ann.readTo("ack"));

        assertThat(acks).containsOnly(acks.getFirst());
        ann.readThroughOwn("early");
        assertThat(ann.data("early")).containsExactly("1", "\"marker\"");
    }
}
