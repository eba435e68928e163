package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.Client;
import io.holdfast.conformance.client.JdkClient;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import java.util.HashMap;
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
        // A server of its own: the crowd's departure is gathered as well, and would be told to the
        // clients of the next test.
        try (var large = ServerProcess.start(Settings.QUIET)) {
            var observer = RoomsShutdownIT.join(large, "observer");
            var crowd = joinTogether(large, "crowd", 209);
            awaitNames(observer, crowd.keySet());

            var late = joinTogether(large, "late", 20);
            assertThat(collect(observer, "joined", 20)).isEqualTo(late.keySet());

            var leaving = List.of("late0", "late1", "late2", "late3", "late4");
            leaving.forEach(id -> requireNonNull(late.get(id)).leave());
            assertThat(collect(observer, "left", 5)).isEqualTo(Set.copyOf(leaving));
            assertThat(crowd.values()).noneMatch(client -> client.inbox().isClosed());
            crowd.values().forEach(Client::close);
            late.values().forEach(Client::close);
            observer.close();
        }
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

    private static Map<String, Client> joinTogether(ServerProcess large, String prefix, int count) {
        var connecting = new HashMap<String, CompletableFuture<JdkClient>>();
        for (var i = 0; i < count; i++) {
            var id = prefix + i;
            connecting.put(id, JdkClient.connecting(large.webSocket("/ws/" + id), Map.of()));
        }
        var clients = new HashMap<String, Client>();
        connecting.forEach((id, future) -> {
            var client = future.join();
            client.next("welcome");
            clients.put(id, client);
        });
        return clients;
    }

    /** Waits until the observer has heard of all of them, one by one or gathered. */
    private static void awaitNames(Client observer, Set<String> ids) {
        var missing = new HashSet<>(ids);
        while (!missing.isEmpty()) {
            var news = observer.next();
            assertThat(type(news)).isIn("client_connected", "presence_change");
            missing.remove(news.path("client_id").asString(""));
            news.path("joined").forEach(id -> missing.remove(id.asString()));
        }
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
