package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.Closed;
import io.holdfast.conformance.client.Json;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rooms dialect's requests and answers, with authentication off. */
class RoomsConversationIT {
    @RegisterExtension
    static final RunningServer server = RunningServer.with(Settings.QUIET);

    @Test
    void theFirstMessageIsTheWelcome() {
        var welcome = server.open("/ws/ann").next();

        assertThat(type(welcome)).isEqualTo("welcome");
        assertThat(welcome.path("client_id").asString()).isEqualTo("ann");
        assertThat(welcome.path("message").asString()).isEqualTo("Welcome · Вітаємо · 환영합니다, ann!");
        assertThat(welcome.path("connections").asInt()).isEqualTo(1);
        assertThat(welcome.path("server_time").asString())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(Duration.between(
                        Instant.parse(welcome.path("server_time").asString()), Instant.now()))
                .isBetween(Duration.ofMinutes(-1), Duration.ofMinutes(1));
    }

    @Test
    void printableCharactersAreWrittenRaw() {
        assertThat(server.open("/ws/ann").inbox().nextText())
                .contains("Вітаємо")
                .doesNotContain("\\u");
    }

    @Test
    void aClientWithoutAnIdIsGivenAValidOne() {
        var first = server.open("/ws").next().path("client_id").asString();
        var second = server.open("/ws").next().path("client_id").asString();

        assertThat(first).matches("[a-zA-Z0-9_-]{1,64}").isNotEqualTo(second);
        assertThat(second).matches("[a-zA-Z0-9_-]{1,64}");
    }

    @Test
    void theOthersLearnThatSomebodyConnected() {
        var ann = server.join("ann");
        server.join("bob");

        var connected = ann.next();
        assertThat(type(connected)).isEqualTo("client_connected");
        assertThat(connected.path("client_id").asString()).isEqualTo("bob");
        assertThat(connected.path("connections").asInt()).isEqualTo(2);
    }

    @Test
    void aNewcomerIsNotToldOfItself() {
        server.join("ann");
        var bob = server.join("bob");

        assertThat(bob.everythingUntilPong()).isEmpty();
    }

    @Test
    void aMessageGoesToTheOthersInTheRoomAndIsAcked() {
        var clients = server.joinAll("ann", "bob", "cyd");
        var ack = clients.get(0)
                .ask("{\"type\":\"message\",\"data\":{\"n\":1},\"id\":\"m1\"}", "ack");

        assertThat(ack.path("id").asString()).isEqualTo("m1");
        assertThat(ack.path("status").asString()).isEqualTo("ok");
        for (var other : clients.subList(1, 3)) {
            var message = other.next("message");
            assertThat(message.path("from").asString()).isEqualTo("ann");
            assertThat(message.path("room").asString()).isEqualTo("lobby");
            assertThat(message.path("data").path("n").asInt()).isEqualTo(1);
            assertThat(message.path("timestamp").asString()).matches(".*T.*\\.\\d{3}Z");
        }
        assertThat(clients.get(0).everythingUntilPong()).isEmpty();
    }

    @Test
    void anAckCarriesAnIdOnlyWhenTheMessageDid() {
        var ack = server.join("ann").ask("{\"type\":\"message\",\"data\":1}", "ack");

        assertThat(ack.path("status").asString()).isEqualTo("ok");
        assertThat(ack.has("id")).isFalse();
    }

    @Test
    void unknownFieldsAreIgnored() {
        var ack = server.join("ann")
                .ask("{\"x\":[{}],\"type\":\"message\",\"data\":1,\"y\":null,\"id\":\"7\"}", "ack");

        assertThat(ack.path("id").asString()).isEqualTo("7");
    }

    @Test
    void manyMessagesArriveInTheOrderSent() {
        var clients = server.joinAll("ann", "bob");
        for (var i = 0; i < 500; i++) {
            clients.get(0).send("{\"type\":\"message\",\"data\":" + i + "}");
        }
        for (var i = 0; i < 500; i++) {
            assertThat(clients.get(1).next("message").path("data").asInt()).isEqualTo(i);
        }
    }

    @Test
    void aDirectMessageReachesItsReceiverAlone() {
        var clients = server.joinAll("ann", "bob", "cyd");
        var ack = clients.get(0)
                .ask("{\"type\":\"direct\",\"to\":\"bob\",\"data\":\"psst\",\"id\":\"d\"}", "ack");
        clients.get(0).send("{\"type\":\"message\",\"data\":\"all\"}");

        assertThat(ack.path("id").asString()).isEqualTo("d");
        var direct = clients.get(1).next("direct");
        assertThat(direct.path("from").asString()).isEqualTo("ann");
        assertThat(direct.path("data").asString()).isEqualTo("psst");
        assertThat(type(clients.get(2).next())).isEqualTo("message");
    }

    @Test
    void aDirectMessageToSomebodyAbsentIsRefused() {
        var error = server.join("ann")
                .ask("{\"type\":\"direct\",\"to\":\"nobody\",\"data\":1,\"id\":\"d\"}", "error");

        assertThat(error.path("code").asString()).isEqualTo("not_connected");
        assertThat(error.path("id").asString()).isEqualTo("d");
    }

    @Test
    void aRoomIsHeardByThoseInItOnly() {
        var clients = server.joinAll("ann", "bob", "cyd");
        clients.get(0).ask("{\"type\":\"join\",\"room\":\"den\",\"id\":\"j\"}", "ack");
        clients.get(1).ask("{\"type\":\"join\",\"room\":\"den\"}", "ack");
        clients.get(0).ask("{\"type\":\"message\",\"room\":\"den\",\"data\":\"in\"}", "ack");
        clients.get(0).ask("{\"type\":\"message\",\"data\":\"out\"}", "ack");

        assertThat(clients.get(1).next("message").path("room").asString()).isEqualTo("den");
        assertThat(clients.get(1).next("message").path("room").asString()).isEqualTo("lobby");
        assertThat(clients.get(2).next("message").path("room").asString()).isEqualTo("lobby");
    }

    @Test
    void whoeverLeftARoomHearsItNoMore() {
        var clients = server.joinAll("ann", "bob");
        clients.get(0).ask("{\"type\":\"join\",\"room\":\"den\"}", "ack");
        clients.get(1).ask("{\"type\":\"join\",\"room\":\"den\"}", "ack");
        clients.get(1).ask("{\"type\":\"leave\",\"room\":\"den\",\"id\":\"l\"}", "ack");
        clients.get(0).ask("{\"type\":\"message\",\"room\":\"den\",\"data\":1}", "ack");
        clients.get(0).ask("{\"type\":\"message\",\"data\":2}", "ack");

        assertThat(clients.get(1).next("message").path("room").asString()).isEqualTo("lobby");
    }

    @Test
    void whoTellsTheMembersOfARoom() {
        var clients = server.joinAll("ann", "bob");
        clients.get(1).ask("{\"type\":\"join\",\"room\":\"den\"}", "ack");

        var lobby = clients.get(0).ask("{\"type\":\"who\",\"id\":\"w\"}", "presence");
        assertThat(lobby.path("room").asString()).isEqualTo("lobby");
        assertThat(lobby.path("count").asInt()).isEqualTo(2);
        assertThat(lobby.path("clients").valueStream().map(id -> id.asString()))
                .containsExactlyInAnyOrder("ann", "bob");

        var den = clients.get(0).ask("{\"type\":\"who\",\"room\":\"den\"}", "presence");
        assertThat(den.path("clients").valueStream().map(id -> id.asString()))
                .containsExactly("bob");
        assertThat(den.path("count").asInt()).isEqualTo(1);
    }

    @Test
    void aPingIsAnsweredWithTheServersTime() {
        var pong = server.join("ann").ask("{\"type\":\"ping\"}", "pong");

        assertThat(pong.path("server_time").asString()).matches(".*T.*\\.\\d{3}Z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"message\"}",
                "{\"type\":\"message\",\"data\":1,\"room\":\"no/slash\"}",
                "{\"type\":\"message\",\"data\":1,\"room\":7}",
                "{\"type\":\"message\",\"data\":1,\"id\":7}",
                "{\"type\":\"message\",\"data\":1,\"id\":"
                        + "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}",
                "{\"type\":\"direct\",\"data\":1}",
                "{\"type\":\"direct\",\"to\":5,\"data\":1}",
                "{\"type\":\"direct\",\"to\":\"ann\"}",
                "{\"type\":\"join\"}",
                "{\"type\":\"join\",\"room\":null}",
                "{\"type\":\"join\",\"room\":\"two words\"}",
                "{\"type\":\"leave\",\"room\":\"\"}",
                "{\"type\":\"who\",\"room\":[]}",
            })
    void aMalformedRequestIsAnErrorAndTheConnectionStays(String request) {
        var ann = server.join("ann");
        var error = ann.ask(request, "error");

        assertThat(error.path("code").asString()).isEqualTo("bad_message");
        assertThat(error.path("retryable").asBoolean(true)).isFalse();
        assertThat(error.path("message").asString()).isNotBlank();
        assertThat(ann.everythingUntilPong()).isEmpty();
    }

    @Test
    void anErrorCarriesTheIdOfTheRequest() {
        var error =
                server.join("ann").ask("{\"type\":\"join\",\"room\":\"?\",\"id\":\"j9\"}", "error");

        assertThat(error.path("id").asString()).isEqualTo("j9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"join\",\"room\":\"holdfast.secret\"}",
                "{\"type\":\"message\",\"room\":\"holdfast.secret\",\"data\":1}",
                "{\"type\":\"message\",\"room\":\"deepstream.events\",\"data\":1}",
            })
    void theServersOwnRoomsAreForbidden(String request) {
        assertThat(server.join("ann").ask(request, "error").path("code").asString())
                .isEqualTo("forbidden");
    }

    @Test
    void aClientMayBeInAHundredRoomsAndNoMore() {
        var ann = server.join("ann");
        var joined = 0;
        var answer = ann.ask("{\"type\":\"join\",\"room\":\"r0\"}", "ack");
        while (type(answer).equals("ack") && joined < 200) {
            joined++;
            ann.send("{\"type\":\"join\",\"room\":\"r" + joined + "\"}");
            answer = ann.next();
        }

        assertThat(joined + 1).as("with the lobby").isEqualTo(100);
        assertThat(answer.path("code").asString()).isEqualTo("too_many_rooms");
        assertThat(type(ann.ask("{\"type\":\"leave\",\"room\":\"r3\"}", "ack"))).isEqualTo("ack");
        assertThat(type(ann.ask("{\"type\":\"join\",\"room\":\"again\"}", "ack")))
                .isEqualTo("ack");
    }

    @Test
    void aForeignClientWithCompressionTalksToOneWithout() {
        var ann = server.openForeign("/ws/ann");
        ann.next("welcome");
        var bob = server.join("bob");
        ann.next("client_connected");
        var text = "{\"type\":\"message\",\"data\":\"" + "ґанок ".repeat(2_000) + "\"}";
        ann.send(text);
        bob.send(text);

        assertThat(ann.extensions()).contains("permessage-deflate");
        assertThat(bob.next("message").path("data").asString())
                .startsWith("ґанок")
                .hasSize(12_000);
        assertThat(ann.next("message").path("data").asString())
                .startsWith("ґанок")
                .hasSize(12_000);
    }

    @Test
    void aClosingClientIsAnsweredWithItsOwnCode() {
        var ann = server.join("ann");
        ann.leave(1000, "done");

        assertThat(ann.inbox().awaitClose().code()).isEqualTo(1000);
    }

    @Test
    void aBrokenConnectionHarmsNobodyElse() {
        var clients = server.joinAll("ann", "bob");
        server.rawJoin("cyd").reset();
        clients.get(0).ask("{\"type\":\"message\",\"data\":\"still here\"}", "ack");

        assertThat(clients.get(1).next("message").path("data").asString()).isEqualTo("still here");
        assertThat(clients.get(0).inbox().isClosed()).isFalse();
    }

    @Test
    void theConnectionOfANewerTwinReplacesTheOlder() {
        var older = server.join("ann");
        var newer = server.join("ann");

        assertThat(older.inbox().awaitClose()).extracting(Closed::code).isEqualTo(4500);
        assertThat(newer.everythingUntilPong()).isEmpty();
        assertThat(Json.names(newer.ask("{\"type\":\"who\"}", "presence")))
                .contains("clients", "count", "room");
    }
}
