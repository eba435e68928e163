package io.holdfast.client;

import static io.holdfast.client.Event.Gap.Origin.ON_RESUME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.client.FakeNetwork.FakeLink;
import io.holdfast.protocol.reconnect.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** One client in a world of its own: no socket, no thread, no clock but the test's. */
class DriverTest {
    private static final String FIRST = """
            {"type":"welcome","client_id":"a","session_token":"T1","expires_in":3600,\
            "streams":{"lobby":{"epoch":"e","seq":4},"@a":{"epoch":"p","seq":0}}}""";

    private final FakeNetwork network = new FakeNetwork();

    private HoldfastClient client(ClientBuilder builder) {
        HoldfastClient client = new HoldfastClient(builder.options(), network);
        client.start();
        network.run();
        return client;
    }

    private static ClientBuilder feed() {
        return HoldfastClient.feed().url("ws://server:80").clientId("a").withoutJitter();
    }

    private FakeLink welcomed() {
        FakeLink link = network.link().open().say(FIRST);
        link.taken();
        return link;
    }

    private static String message(int seq) {
        return "{\"stream\":\"lobby\",\"seq\":" + seq
                + ",\"type\":\"message\",\"from\":\"b\",\"room\":\"lobby\",\"data\":" + seq + "}";
    }

    private static List<Event> events(HoldfastClient client) throws InterruptedException {
        List<Event> all = new ArrayList<>();
        for (Event event = client.receive(Duration.ZERO);
                event != null;
                event = client.receive(Duration.ZERO)) {
            all.add(event);
            if (event instanceof Event.Closed) {
                break;
            }
        }
        return all;
    }

    private static List<String> data(List<Event> events) {
        return events.stream()
                .filter(Event.Message.class::isInstance)
                .map(event -> ((Event.Message) event).data())
                .toList();
    }

    private static ErrorKind failure(CompletableFuture<?> future) {
        await().until(future::isDone);
        try {
            future.join();
        } catch (CompletionException failed) {
            return ((ClientException) Objects.requireNonNull(failed.getCause())).kind();
        }
        throw new AssertionError("it succeeded");
    }

    @Test
    void connectsAndTellsItsStatesInOrder() throws InterruptedException {
        HoldfastClient client = client(feed());
        network.link().open(false).say("{\"type\":\"welcome\",\"client_id\":\"a\"}");
        network.link().close(1011, "Server error");
        assertThat(events(client))
                .satisfiesExactly(
                        event -> assertThat(event).isEqualTo(new Event.Connecting(1)),
                        event -> assertThat(event).isEqualTo(new Event.Connected("a")),
                        event -> {
                            assertThat(event).isInstanceOf(Event.Disconnected.class);
                            Event.Disconnected gone = (Event.Disconnected) event;
                            assertThat(gone.error().kind()).isEqualTo(ErrorKind.CLOSED);
                            assertThat(gone.error().closeCode()).isEqualTo(1011);
                            assertThat(gone.retryIn()).isEqualTo(Duration.ofSeconds(1));
                        });
        network.pass(Duration.ofMillis(999));
        assertThat(network.links).hasSize(1);
        network.pass(Duration.ofMillis(1));
        assertThat(network.links).hasSize(2);
    }

    @Test
    void aPlainClientSendsNoHello() {
        client(feed());
        network.link().open(false);
        assertThat(network.link().sent).isEmpty();
    }

    @Test
    void comesBackWithTokenAndPositionsAndSendsAgainWhatWasNotAcked() throws Exception {
        HoldfastClient client = client(feed().resume());
        FakeLink first = network.link().open();
        assertThat(first.taken()).containsExactly("{\"type\":\"hello\"}");
        first.say(FIRST).say(message(5));
        CompletableFuture<Ack> sent = client.send("1");
        network.run();
        String text = first.taken().getFirst();
        first.close(1006, "");
        network.pass(Duration.ofSeconds(1));
        FakeLink second = network.link().open();
        assertThat(second.taken())
                .containsExactly(
                        "{\"type\":\"hello\",\"session_token\":\"T1\",\"positions\":"
                                + "{\"lobby\":{\"epoch\":\"e\",\"seq\":5},\"@a\":{\"epoch\":\"p\",\"seq\":0}}}");
        second.say("""
                {"type":"reconnection_ack","session_restored":true,"client_id":"a",\
                "session_token":"T2","expires_in":9,"streams":{"lobby":{"epoch":"e","head":9,\
                "recovered":2,"gap":{"from":6,"to":7}},"@a":{"epoch":"p","head":0,"recovered":0}}}""");
        assertThat(second.taken()).containsExactly(text);
        second.say(message(7)).say(message(8)).say(message(8)).say(message(9));
        String id = text.substring(text.indexOf("\"id\":\"") + 6).split("\"", 2)[0];
        second.say("{\"type\":\"ack\",\"id\":\"" + id
                + "\",\"status\":\"ok\",\"stream\":\"lobby\",\"seq\":10}");
        assertThat(sent.get()).isEqualTo(new Ack(id, "ok", "lobby", 10));
        List<Event> events = events(client);
        assertThat(data(events)).containsExactly("5", "8", "9");
        assertThat(events)
                .contains(new Event.Gap("lobby", "missed", 6, 7, ON_RESUME))
                .filteredOn(Event.Resumed.class::isInstance)
                .hasSize(1);
        assertThat(events.indexOf(new Event.Gap("lobby", "missed", 6, 7, ON_RESUME)))
                .isLessThan(events.lastIndexOf(
                        new Event.Message("lobby", 8, null, "b", "lobby", "8", null)));
    }

    @Test
    void afterALostSessionTheOutcomeIsUnknownAndRoomsAreJoinedAgain() throws Exception {
        HoldfastClient client = client(feed().resume());
        FakeLink first = welcomed();
        CompletableFuture<Ack> joined = client.join("kitchen");
        network.run();
        first.say("{\"type\":\"ack\",\"id\":\"" + idOf(first.taken().getFirst())
                + "\",\"status\":\"ok\",\"stream\":\"kitchen\",\"epoch\":\"k\",\"seq\":3}");
        joined.get();
        CompletableFuture<Ack> sent = client.send("1");
        network.run();
        first.close(1006, "");
        network.pass(Duration.ofSeconds(1));
        network.link().open();
        network.link().taken();
        network.link().say("""
                {"type":"reconnection_ack","session_restored":false,"client_id":"a",\
                "session_token":"T2","expires_in":9,"streams":{"lobby":{"epoch":"e","head":4,\
                "recovered":0},"@a":{"epoch":"q","head":0,"recovered":0,"gap":{"reason":"epoch"}}}}""");
        assertThat(failure(sent)).isEqualTo(ErrorKind.OUTCOME_UNKNOWN);
        assertThat(network.link().taken())
                .singleElement()
                .satisfies(text ->
                        assertThat(text).contains("\"type\":\"join\"", "\"room\":\"kitchen\""));
        assertThat(events(client))
                .contains(
                        new Event.Gap("kitchen", "session", 0, 0, ON_RESUME),
                        new Event.Gap("@a", "epoch", 0, 0, ON_RESUME));
    }

    private static String idOf(String text) {
        return text.substring(text.indexOf("\"id\":\"") + 6).split("\"", 2)[0];
    }

    @Test
    void aServerThatDoesNotAgreeToResumeIsServedWithoutIt() throws Exception {
        HoldfastClient client = client(feed().resume());
        network.link().open(false);
        assertThat(network.link().sent).isEmpty();
        network.link().say("{\"type\":\"welcome\",\"client_id\":\"a\"}").say("""
                {"type":"message","from":"b","room":"lobby","data":1}""");
        assertThat(data(events(client))).containsExactly("1");
    }

    @Test
    void leavesWhenTheServerWarnsAndEverythingIsAckedAndComesBackAsTold() throws Exception {
        HoldfastClient client = client(feed().resume());
        FakeLink link = welcomed();
        CompletableFuture<Ack> sent = client.send("1");
        network.run();
        String id = idOf(link.taken().getFirst());
        link.say("{\"type\":\"shutdown_warning\",\"timeout_seconds\":1800,\"reconnect_after\":7}");
        CompletableFuture<Ack> held = client.send("2");
        network.run();
        assertThat(link.goodbye).isZero();
        assertThat(link.sent).isEmpty();
        link.say("{\"type\":\"ack\",\"id\":\"" + id + "\",\"stream\":\"lobby\",\"seq\":5}");
        assertThat(link.goodbye).isEqualTo(1000);
        sent.get();
        link.close(1000, "");
        assertThat(events(client))
                .contains(new Event.Advice("shutdown_warning", Duration.ofSeconds(7), null));
        network.pass(Duration.ofMillis(6_999));
        assertThat(network.links).hasSize(1);
        network.pass(Duration.ofMillis(1));
        assertThat(network.links).hasSize(2);
        assertThat(held).isNotDone();
    }

    @Test
    void leavesAfterFiveSecondsEvenWithoutTheAcks() {
        HoldfastClient client = client(feed().resume());
        FakeLink link = welcomed();
        client.send("1");
        network.run();
        link.say("{\"type\":\"shutdown_warning\",\"reconnect_after\":7}");
        network.pass(Duration.ofMillis(4_999));
        assertThat(link.goodbye).isZero();
        network.pass(Duration.ofMillis(1));
        assertThat(link.goodbye).isEqualTo(1000);
    }

    @Test
    void aBusyApplicationStopsTheReadingAndNothingIsLost() throws Exception {
        HoldfastClient client = client(feed().resume().queue(10, WhenFull.PAUSE));
        FakeLink link = welcomed();
        events(client);
        for (int seq = 5; seq < 15; seq++) {
            link.say(message(seq));
        }
        assertThat(link.reading).isFalse();
        network.pass(Duration.ofMinutes(5));
        assertThat(link.cut).as("our own silence is not the server's").isFalse();
        assertThat(data(events(client))).hasSize(10);
        network.run();
        assertThat(link.reading).isTrue();
        assertThat(events(client)).noneMatch(Event.Overflow.class::isInstance);
    }

    @Test
    void aClientThatOnlySendsIsNotStoppedByWhatItDoesNotRead() throws Exception {
        HoldfastClient client = client(feed().resume().queue(4, WhenFull.PAUSE));
        FakeLink link = welcomed();
        for (int seq = 5; seq < 25; seq++) {
            link.say(message(seq));
        }
        assertThat(link.reading).isTrue();
        assertThat(events(client))
                .first()
                .satisfies(event -> assertThat(event).isInstanceOf(Event.Overflow.class));
    }

    @Test
    void theOldestMessagesGoAndTheirNumberIsTold() throws Exception {
        HoldfastClient client = client(feed().queue(3, WhenFull.DROP_OLDEST));
        FakeLink link = network.link().open().say("{\"type\":\"welcome\",\"client_id\":\"a\"}");
        for (int i = 1; i <= 4; i++) {
            link.say("{\"type\":\"message\",\"room\":\"lobby\",\"data\":" + i + "}");
        }
        List<Event> events = events(client);
        assertThat(events).contains(new Event.Overflow(3), new Event.Connected("a"));
        assertThat(data(events)).containsExactly("4");
    }

    @Test
    void messagesWaitForAConnectionOrFailAsTheApplicationWants() {
        HoldfastClient waiting = client(feed());
        CompletableFuture<Ack> late = waiting.send("1");
        network.pass(Duration.ofMillis(29_999));
        assertThat(late).isNotDone();
        network.pass(Duration.ofMillis(1));
        assertThat(failure(late)).isEqualTo(ErrorKind.NOT_SENT);

        HoldfastClient failing = client(feed().whileDisconnected(WhileDisconnected.FAIL));
        CompletableFuture<Ack> atOnce = failing.send("1");
        network.run();
        assertThat(failure(atOnce)).isEqualTo(ErrorKind.NOT_SENT);
    }

    @Test
    void aFullQueueIsToldAtOnce() {
        HoldfastClient client = client(feed().pending(1, 1, Duration.ofSeconds(30)));
        client.send("1");
        client.send("2");
        assertThat(failure(client.send("3"))).isEqualTo(ErrorKind.QUEUE_FULL);
    }

    @Test
    void whatIsNotJsonIsRefusedBeforeItIsSent() {
        HoldfastClient client = client(feed());
        assertThatThrownBy(() -> client.send("1},{\"type\":\"leave\""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The data is not one JSON value; use say() for plain text.");
    }

    @Test
    void whoIsAnsweredWithThePresence() throws Exception {
        HoldfastClient client = client(feed());
        FakeLink link = network.link().open().say("{\"type\":\"welcome\",\"client_id\":\"a\"}");
        CompletableFuture<Presence> who = client.who("lobby");
        network.run();
        link.say("{\"type\":\"presence\",\"room\":\"lobby\",\"clients\":[\"a\",\"b\"],\"count\":2,"
                + "\"id\":\"" + idOf(link.taken().getFirst()) + "\"}");
        assertThat(who.get()).isEqualTo(new Presence("lobby", List.of("a", "b"), 2));
    }

    @Test
    void aRefusedRequestTellsTheServersCode() {
        HoldfastClient client = client(feed());
        FakeLink link = network.link().open().say("{\"type\":\"welcome\",\"client_id\":\"a\"}");
        CompletableFuture<Ack> direct = client.direct("nobody", "1");
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        direct.whenComplete((ack, failure) -> seen.complete(failure));
        network.run();
        link.say("{\"type\":\"error\",\"code\":\"not_connected\",\"message\":\"m\",\"id\":\""
                + idOf(link.taken().getFirst()) + "\"}");
        assertThat(failure(direct)).isEqualTo(ErrorKind.REJECTED);
        assertThat(seen.join()).as("not wrapped").isInstanceOf(ClientException.class);
    }

    @Test
    void healthIsAskedBeforeAReconnectAndHeeded() {
        client(feed().health("http://server/health"));
        network.link().end(new Ending.Refused("no"));
        network.pass(Duration.ofSeconds(1));
        assertThat(network.links).hasSize(1);
        network.healthQuestions.getFirst().with(503, "");
        network.pass(Duration.ofSeconds(2));
        assertThat(network.healthQuestions).hasSize(2);
        network.healthQuestions.get(1).with(200, "");
        assertThat(network.links).hasSize(2);
    }

    @Test
    void aServerThatDoesNotSayHowItCallsUsTakesTheNameThatWeGave() throws Exception {
        HoldfastClient client =
                client(HoldfastClient.deepstream().url("ws://server:80").clientId("cam-7"));
        network.link().open().say("{\"type\":\"ready_ack\",\"status\":\"ok\"}");
        assertThat(events(client)).contains(new Event.Connected("cam-7"));
    }

    @Test
    void theLastCloseCodeIsTheConnectionsAndNotAFailedTrys() {
        client(HoldfastClient.deepstream()
                .url("ws://server:80")
                .clientId("cam-7")
                .withoutJitter());
        network.link().open().say("{\"type\":\"ready_ack\",\"status\":\"ok\"}");
        network.link().close(4100, "Ping timeout");
        network.pass(Duration.ofSeconds(1));
        network.link().end(new Ending.Refused("no"));
        network.pass(Duration.ofSeconds(2));
        assertThat(network.link().open().taken())
                .singleElement()
                .satisfies(text -> assertThat(text)
                        .contains("\"reconnection\":true,\"last_close_code\":4100"));
    }

    @Test
    void stopsForGoodWhereComingBackIsOfNoUse() throws Exception {
        HoldfastClient client = client(feed());
        network.link().open().say("{\"type\":\"welcome\",\"client_id\":\"a\"}");
        network.link().close(4500, "Replaced by a newer connection");
        assertThat(events(client)).last().satisfies(event -> {
            Event.Closed closed = (Event.Closed) event;
            assertThat(closed.cause()).isEqualTo(ClosedCause.REPLACED);
        });
        assertThat(network.timers()).isZero();
        assertThat(failure(client.send("1"))).isEqualTo(ErrorKind.NOT_SENT);
        await().until(() -> network.closed);
        assertThat(client.receive()).isInstanceOf(Event.Closed.class);
    }

    @Test
    void alertsComeWhenTheirConditionsAreMet() throws Exception {
        HoldfastClient client =
                client(feed().alert(new AlertCondition.Failures(3, Duration.ofMinutes(1)))
                        .alert(new AlertCondition.NotConnected(Duration.ofSeconds(20))));
        for (int i = 0; i < 3; i++) {
            network.link().end(new Ending.Refused("no"));
            network.pass(Duration.ofSeconds(4));
        }
        assertThat(events(client))
                .filteredOn(Event.Alert.class::isInstance)
                .singleElement()
                .satisfies(event ->
                        assertThat(((Event.Alert) event).what()).isEqualTo("3 failures in PT1M"));
        network.pass(Duration.ofSeconds(10));
        assertThat(events(client))
                .anySatisfy(event -> assertThat(event)
                        .isEqualTo(new Event.Alert(
                                new AlertCondition.NotConnected(Duration.ofSeconds(20)),
                                "not connected for PT20S")));
    }

    @Test
    void theTerminateHandlerCleansUpBeforeTheServerIsTold() throws Exception {
        List<String> cleaned = new ArrayList<>();
        HoldfastClient client = client(HoldfastClient.deepstream()
                .url("ws://server:80")
                .clientId("cam-7")
                .config("{\"a\":1}")
                .onTerminate(reason -> {
                    cleaned.add(reason);
                    return "clean";
                }));
        FakeLink link = network.link().open();
        assertThat(link.taken())
                .containsExactly("{\"type\":\"app_ready\",\"instance_id\":\"cam-7\","
                        + "\"reconnection\":false,\"last_close_code\":0,\"config\":{\"a\":1}}");
        link.say("{\"type\":\"ready_ack\",\"status\":\"ok\",\"session_restored\":false}");
        link.say("{\"type\":\"terminate_app\",\"request_id\":\"r1\",\"reason\":\"bye\"}");
        await().until(() -> {
            network.run();
            return !link.sent.isEmpty();
        });
        assertThat(cleaned).containsExactly("bye");
        assertThat(link.taken())
                .containsExactly("{\"type\":\"app_terminated\",\"request_id\":\"r1\","
                        + "\"status\":\"OK\",\"message\":\"clean\"}");
        link.close(1000, "Client terminated");
        assertThat(events(client))
                .last()
                .satisfies(event ->
                        assertThat(((Event.Closed) event).cause()).isEqualTo(ClosedCause.FINISHED));
    }

    @Test
    void aTerminateHandlerThatBreaksIsToldAsAnErrorAtOnce() {
        client(HoldfastClient.deepstream()
                .url("ws://server:80")
                .clientId("cam-7")
                .onTerminate(reason -> {
                    throw new StackOverflowError("pipeline");
                }));
        FakeLink link = network.link().open().say("{\"type\":\"ready_ack\",\"status\":\"ok\"}");
        link.taken();
        link.say("{\"type\":\"terminate_app\",\"request_id\":\"r1\",\"reason\":\"bye\"}");
        await().until(() -> {
            network.run();
            return !link.sent.isEmpty();
        });
        assertThat(link.taken())
                .containsExactly("{\"type\":\"app_terminated\",\"request_id\":\"r1\","
                        + "\"status\":\"ERROR\",\"message\":\"pipeline\"}");
    }

    @Test
    void anExecutorThatRunsItsTasksInTheCallerDoesNotGetTheReadingThread() {
        List<Thread> ran = new java.util.concurrent.CopyOnWriteArrayList<>();
        client(feed().executor(Runnable::run).listener(event -> ran.add(Thread.currentThread())));
        network.link().open(false).say("{\"type\":\"welcome\",\"client_id\":\"a\"}");
        await().until(() -> ran.size() >= 2);
        assertThat(ran).doesNotContain(Thread.currentThread());
    }

    @Test
    void whatIsPostedIsDoneWhenItIsWritten() throws Exception {
        HoldfastClient client = client(feed().resume());
        FakeLink link = welcomed();
        CompletableFuture<Ack> posted = client.post("lobby", "1");
        network.run();
        assertThat(link.taken())
                .containsExactly("{\"type\":\"message\",\"room\":\"lobby\",\"data\":1}");
        assertThat(posted.get().status()).isEqualTo("written");
    }

    @Test
    void aTerminateHandlerThatDoesNotEndIsNotWaitedFor() {
        CompletableFuture<Void> never = new CompletableFuture<>();
        client(HoldfastClient.deepstream()
                .url("ws://server:80")
                .clientId("cam-7")
                .terminateTimeout(Duration.ofSeconds(3))
                .onTerminate(reason -> {
                    never.get();
                    return "";
                }));
        FakeLink link = network.link().open().say("{\"type\":\"ready_ack\",\"status\":\"ok\"}");
        link.taken();
        link.say("{\"type\":\"terminate_app\",\"request_id\":\"r1\",\"reason\":\"bye\"}");
        network.pass(Duration.ofSeconds(3));
        assertThat(link.taken())
                .containsExactly("{\"type\":\"app_terminated\",\"request_id\":\"r1\","
                        + "\"status\":\"ERROR\",\"message\":\"not clean after 3000 ms\"}");
        network.pass(Duration.ofSeconds(2));
        assertThat(link.goodbye).isEqualTo(1000);
    }
}
