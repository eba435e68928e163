package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.ResumingClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;

/**
 * A few clients that publish, join, leave, break and come back at random, with the promise checked
 * at every message and at the end. For one thread.
 */
final class ResumeSoak implements AutoCloseable {
    private static final int CLIENTS = 4;
    /** Messages of one client on their way at once; the server takes 512. */
    private static final int WINDOW = 40;

    private final String run;
    private final RandomGenerator random;
    private final List<ResumingClient> clients = new ArrayList<>();
    private final List<Boolean> connected = new ArrayList<>();
    private final List<String> rooms;

    /** @param run part of all names, so that runs on one server do not meet but in the lobby */
    ResumeSoak(int port, String run, RandomGenerator random) {
        this.run = run;
        this.random = random;
        this.rooms = List.of("lobby", run + "-x", run + "-y");
        for (var i = 0; i < CLIENTS; i++) {
            var client = ResumingClient.of(port, "/ws/" + nameOf(i));
            clients.add(client);
            connected.add(true);
            client.come();
        }
    }

    void steps(int count) {
        for (var step = 0; step < count; step++) {
            var who = random.nextInt(CLIENTS);
            if (connected.get(who)) {
                act(who);
            } else if (random.nextInt(3) == 0) {
                comeBack(who);
            }
        }
    }

    /** The server has gone, and another one is where it was or elsewhere. */
    void restarted(int port) {
        for (var who = 0; who < CLIENTS; who++) {
            clients.get(who).movedTo(port).connection().close();
            connected.set(who, false);
        }
    }

    private void act(int who) {
        var client = clients.get(who);
        var room = rooms.get(random.nextInt(rooms.size()));
        switch (random.nextInt(12)) {
            case 0 -> lose(who, () -> client.connection().cut());
            case 1 -> lose(who, () -> client.connection().goSilent());
            case 2 -> client.leave(room);
            case 3, 4 -> join(client, room);
            case 5 -> client.readArrived();
            case 6 -> {
                client.direct(nameOf(random.nextInt(CLIENTS)), "\"direct\"");
                settle(client);
            }
            default -> {
                for (var i = random.nextInt(6); i >= 0; i--) {
                    client.publish(room, "\"" + who + "\"");
                }
                settle(client);
            }
        }
    }

    private String nameOf(int who) {
        return run + "-" + who;
    }

    private static void join(ResumingClient client, String room) {
        if (!client.isIn(room)) {
            client.join(room);
        }
    }

    private static void settle(ResumingClient client) {
        if (client.unacked().size() > WINDOW) {
            client.unacked().forEach(client::answerTo);
        }
    }

    private void lose(int who, Runnable loss) {
        loss.run();
        connected.set(who, false);
    }

    private void comeBack(int who) {
        var ack = clients.get(who).comeBack();
        assertThat(ack.path("session_restored").asBoolean()).isTrue();
        ack.path("streams")
                .forEach(stream -> assertThat(stream.has("gap")).as("%s", ack).isFalse());
        connected.set(who, true);
    }

    /** Brings everybody back, and compares what they were given. */
    void finish() {
        for (var who = 0; who < CLIENTS; who++) {
            if (!connected.get(who)) {
                comeBack(who);
            }
        }
        for (var client : clients) {
            client.unacked().forEach(client::answerTo);
        }
        var first = clients.getFirst();
        for (var room : rooms) {
            var end = first.published(room, "\"end\"").path("seq").asLong();
            clients.stream()
                    .filter(client -> client.isIn(room))
                    .forEach(client -> client.readUntil(room, end));
        }
        for (var who = 0; who < CLIENTS; who++) {
            var end = first.answerTo(first.direct(nameOf(who), "\"end\""));
            clients.get(who).readUntil("@" + nameOf(who), end.path("seq").asLong());
        }
        checkStreams();
    }

    /** Everybody was given the same, and what was acked is where the ack says and nowhere else. */
    private void checkStreams() {
        Map<String, JsonNode> bySeq = new HashMap<>();
        var published = new HashSet<String>();
        for (var client : clients) {
            assertThat(client.gaps()).isEmpty();
            for (var message : client.allMessages()) {
                var at = message.path("stream").asString() + " " + message.path("seq");
                var known = bySeq.putIfAbsent(at, message);
                assertThat(known == null || known.equals(message)).as(at).isTrue();
                var id = message.path("from").asString() + " "
                        + message.path("id").asString();
                assertThat(known != null || published.add(id)).as("%s once", id).isTrue();
            }
        }
        for (var who = 0; who < CLIENTS; who++) {
            var name = nameOf(who);
            clients.get(who).answers().forEach((id, answer) -> {
                assertThat(type(answer)).as("%s", answer).isEqualTo("ack");
                if (answer.has("seq") && !answer.has("epoch")) {
                    var at = answer.path("stream").asString() + " " + answer.path("seq");
                    var there = bySeq.get(at);
                    if (there != null) {
                        assertThat(there.path("id").asString()).as(at).isEqualTo(id);
                        assertThat(there.path("from").asString()).as(at).isEqualTo(name);
                    }
                }
            });
        }
    }

    @Override
    public void close() {
        clients.forEach(ResumingClient::close);
    }
}
