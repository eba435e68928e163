package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.Client;
import io.holdfast.conformance.client.JdkClient;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Who came and who went: told once to everybody else. */
class RoomsPresenceIT {
    @RegisterExtension
    static final RunningServer server = RunningServer.with(Settings.QUIET);

    @Test
    void aCleanCloseIsToldOnce() {
        var clients = server.joinAll("ann", "bob", "cyd");
        clients.get(2).leave();

        assertToldOnceThatCydLeft(clients);
    }

    @Test
    void aResetIsToldOnce() {
        var clients = server.joinAll("ann", "bob");
        var cyd = server.rawJoin("cyd");
        clients.get(0).next("client_connected");
        cyd.reset();

        assertToldOnceThatCydLeft(clients);
    }

    @Test
    void aSocketClosedWithoutACloseFrameIsToldOnce() {
        var clients = server.joinAll("ann", "bob");
        var cyd = server.rawJoin("cyd");
        clients.get(0).next("client_connected");
        cyd.close();

        assertToldOnceThatCydLeft(clients);
    }

    @Test
    void aProtocolErrorIsToldOnce() {
        var clients = server.joinAll("ann", "bob");
        var cyd = server.rawJoin("cyd");
        clients.get(0).next("client_connected");
        cyd.send(new byte[] {(byte) 0xff, (byte) 0xff});

        assertToldOnceThatCydLeft(clients);
    }

    @Test
    void aTakeoverIsSilentForTheOthers() {
        var clients = server.joinAll("ann", "bob", "cyd");
        var newer = server.join("cyd");
        clients.get(2).inbox().awaitClose();
        newer.ask("{\"type\":\"message\",\"data\":\"marker\"}", "ack");

        var seen = clients.get(0).inbox().upTo(message -> type(message).equals("message"));
        assertThat(seen).as("only the marker").hasSize(1);
    }

    @Test
    void aTakeoverDoesNotChangeTheCount() {
        server.joinAll("ann", "bob");
        var again = server.open("/ws/bob").next("welcome");

        assertThat(again.path("connections").asInt()).isEqualTo(2);
    }

    @Test
    void presenceInALargeRoomIsOneMessageASecond() {
        var observer = server.join("observer");
        var crowd = joinTogether("crowd", 209);
        awaitCount(observer, 210);
        observer.everythingUntilPong();

        var late = joinTogether("late", 20);
        var joined = collect(observer, "joined", 20);
        assertThat(joined).hasSize(20).allMatch(id -> id.startsWith("late"));

        late.subList(0, 5).forEach(client -> client.leave());
        assertThat(collect(observer, "left", 5))
                .isEqualTo(Set.of("late0", "late1", "late2", "late3", "late4"));
        assertThat(crowd).noneMatch(client -> client.inbox().isClosed());
    }

    /** What {@code presence_change} messages list until {@code count} ids were named. */
    private static Set<String> collect(Client observer, String list, int count) {
        var named = new HashSet<String>();
        while (named.size() < count) {
            var change = observer.next();
            assertThat(type(change)).isEqualTo("presence_change");
            change.path(list)
                    .forEach(id -> assertThat(named.add(id.asString()))
                            .as(id + " is told once")
                            .isTrue());
            assertThat(change.path("connections").asInt()).isPositive();
        }
        return named;
    }

    private static List<Client> joinTogether(String prefix, int count) {
        var connecting = new ArrayList<CompletableFuture<JdkClient>>();
        for (var i = 0; i < count; i++) {
            connecting.add(JdkClient.connecting(
                    server.process().webSocket("/ws/" + prefix + i), Map.of()));
        }
        var clients = new ArrayList<Client>();
        for (var future : connecting) {
            var client = server.closedLater(future.join());
            client.next("welcome");
            clients.add(client);
        }
        return clients;
    }

    /** Waits until the observer has heard of everybody, coalesced or not. */
    private static void awaitCount(Client observer, int connections) {
        observer.inbox().upTo(message -> message.path("connections").asInt() == connections);
    }

    /** A marker sent after the news: whatever was told twice is in front of it. */
    private static void assertToldOnceThatCydLeft(List<Client> clients) {
        var ann = clients.get(0);
        var bob = clients.get(1);
        var news = ann.inbox().upTo(RoomsPresenceIT::isDisconnect);
        bob.ask("{\"type\":\"message\",\"data\":\"marker\"}", "ack");
        news.addAll(ann.inbox().upTo(message -> type(message).equals("message")));

        var departures = news.stream().filter(RoomsPresenceIT::isDisconnect).toList();
        assertThat(departures).hasSize(1);
        assertThat(departures.getFirst().path("client_id").asString()).isEqualTo("cyd");
        assertThat(departures.getFirst().path("connections").asInt()).isEqualTo(2);
    }

    private static boolean isDisconnect(JsonNode message) {
        return type(message).equals("client_disconnected");
    }
}
