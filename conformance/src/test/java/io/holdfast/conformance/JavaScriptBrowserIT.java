package io.holdfast.conformance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import io.holdfast.conformance.client.JdkClient;
import io.holdfast.conformance.process.Http;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The JavaScript client in a page of a real browser, and the dashboard that is made with it. Needs
 * Chromium as the system's packages install it.
 */
class JavaScriptBrowserIT {
    /** Of 1,000 clients each of which left a kilobyte behind. */
    private static final double HEAP_GROWTH_BYTES = 1_000_000;

    /** What the browser may still hold for itself of what was closed. */
    private static final int LINGERING = 5;

    private static @Nullable JavaScriptPages pages;

    @TempDir
    Path directory = Path.of("");

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void openBrowser() throws IOException {
        PlaywrightAssertions.setDefaultAssertionTimeout(JavaScriptPages.PATIENCE_MILLIS);
        pages = JavaScriptPages.open();
    }

    @AfterAll
    static void closeBrowser() {
        if (pages != null) {
            pages.close();
        }
    }

    private static JavaScriptPages pages() {
        return requireNonNull(pages);
    }

    @AfterEach
    void closeAll() throws Exception {
        pages().context().setOffline(false);
        for (var one : opened) {
            one.close();
        }
    }

    private ServerProcess start(Settings settings) {
        var server = ServerProcess.start(settings.with(StoreKeys.DIRECTORY, directory)
                // Longer than a start takes on a busy machine.
                .with(StoreKeys.PRESENCE_GRACE, "100s")
                .with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "5"));
        opened.add(server);
        return server;
    }

    private ServerProcess startAgain(ServerProcess stopped) {
        assertThat(stopped.awaitExit()).isZero();
        return start(samePort(stopped));
    }

    private static Settings samePort(ServerProcess server) {
        return Settings.QUIET.flag("--port", Integer.toString(server.http()));
    }

    private Page clientPage() {
        var page = pages().clientPage();
        opened.add(page);
        return page;
    }

    /** A page with a reader, who is in the room feed, and a writer. */
    private Page entered(ServerProcess server) {
        var page = clientPage();
        page.evaluate("url => enter(url)", server.webSocket("").toString());
        return page;
    }

    /** All that was written is there by now or comes, once and in order. */
    private static void assertReaderHas(Page page, int count) {
        page.waitForFunction("count => seen.length >= count", count);
        var numbers = IntStream.rangeClosed(1, count).boxed().toList();
        assertThat(page.evaluate("seen.map(({ seq }) => seq)")).isEqualTo(numbers);
        assertThat(page.evaluate("seen.map(({ data }) => data)")).isEqualTo(numbers);
        assertThat(page.evaluate("gaps")).isEqualTo(List.of());
    }

    private static void assertAllWasAcked(Page page, int count) {
        assertThat(page.evaluate("Promise.all(acks).then(all => all.map(ack => ack.seq))"))
                .isEqualTo(IntStream.rangeClosed(1, count).boxed().toList());
    }

    @Test
    void aRestartLosesNoMessageOfAPage() {
        var first = start(Settings.QUIET);
        var page = entered(first);
        page.evaluate("write(100)");

        first.signal("TERM");
        page.waitForFunction("reader.state !== 'CONNECTED' && writer.state !== 'CONNECTED'");
        page.evaluate("write(100)");
        startAgain(first);
        page.waitForFunction("reader.state === 'CONNECTED'");
        page.evaluate("write(100)");

        assertReaderHas(page, 300);
        assertAllWasAcked(page, 300);
        assertThat(page.evaluate("states.slice(0, 4)"))
                .isEqualTo(List.of("CONNECTING", "CONNECTED", "DISCONNECTED", "CONNECTING"));
    }

    @Test
    void aPageThatWasOfflineGetsWhatItMissed() {
        var first = start(Settings.QUIET);
        var page = entered(first);
        page.evaluate("write(10)");
        assertReaderHas(page, 10);

        // The browser refuses new connections; the restart ends those that it leaves open.
        pages().context().setOffline(true);
        assertThat(page.evaluate("navigator.onLine")).isEqualTo(false);
        first.signal("TERM");
        page.waitForFunction("reader.state !== 'CONNECTED' && writer.state !== 'CONNECTED'");
        page.evaluate("write(10)");
        var second = startAgain(first);
        page.waitForFunction("states.filter(state => state === 'CONNECTING').length >= 4");
        assertThat(page.evaluate("reader.metrics().attempts"))
                .as("what fails while there is no network uses up no attempts")
                .isEqualTo(0);
        assertThat(connections(second)).isZero();
        sendFromOutside(second, 11, 20);
        pages().context().setOffline(false);
        page.waitForFunction("seen.length === 30");

        assertThat(page.evaluate("seen.map(({ seq }) => seq)"))
                .isEqualTo(IntStream.rangeClosed(1, 30).boxed().toList());
        assertThat(page.evaluate("seen.map(({ data }) => data).sort((a, b) => a - b)"))
                .as("10 before, 10 from outside while away, 10 of its own that had waited")
                .isEqualTo(IntStream.concat(
                                IntStream.rangeClosed(1, 10),
                                IntStream.rangeClosed(11, 20).flatMap(n -> IntStream.of(n, n)))
                        .boxed()
                        .toList());
        assertThat(page.evaluate("gaps")).isEqualTo(List.of());
    }

    @Test
    void aTabThatWasFrozenInTheBackgroundGetsWhatItMissed() {
        var first = start(Settings.QUIET);
        var page = entered(first);
        page.evaluate("write(10)");
        assertReaderHas(page, 10);
        var session = pages().context().newCDPSession(page);

        clientPage().bringToFront();
        page.waitForFunction(
                "document.visibilityState === 'hidden'",
                null,
                // Its frames are not drawn any more, which is when the condition would be tried.
                new Page.WaitForFunctionOptions().setPollingInterval(100));
        setLifecycle(session, "frozen");
        sendFromOutside(first, 11, 20);
        assertThat(first.signal("TERM").awaitExit()).isZero();
        var second = start(samePort(first));
        sendFromOutside(second, 21, 30);
        assertThat(page.evaluate("seen.length")).as("it sleeps").isEqualTo(10);
        setLifecycle(session, "active");
        page.bringToFront();

        assertReaderHas(page, 30);
    }

    @Test
    void connectingAndClosingAThousandTimesLeavesNothingBehind() {
        var server = start(Settings.QUIET);
        var url = server.webSocket("").toString();
        var page = clientPage();
        var session = pages().context().newCDPSession(page);
        session.send("Performance.enable");
        page.evaluate("url => comeAndGo(url, 100)", url);
        var heapBefore = usedHeap(session);
        var listenersBefore = metric(session, "JSEventListeners");

        page.evaluate("url => comeAndGo(url, 1_000)", url);

        assertThat(page.evaluate("timers()")).isEqualTo(0);
        eventually("WebSockets", () -> count(session, "WebSocket") <= LINGERING);
        eventually("clients", () -> count(session, "HoldfastClient") <= LINGERING);
        eventually("sockets", () -> count(session, "ReconnectingWebSocket") <= LINGERING);
        eventually("heap", () -> usedHeap(session) < heapBefore + HEAP_GROWTH_BYTES);
        eventually(
                "listeners",
                () -> metric(session, "JSEventListeners") <= listenersBefore + LINGERING);
        eventually("connections of the server", () -> connections(server) == 0);
    }

    private static void eventually(String what, Callable<Boolean> condition) {
        await(what)
                .atMost(Duration.ofMillis((long) JavaScriptPages.PATIENCE_MILLIS))
                .until(condition);
    }

    /** Living instances. The browser collects its garbage before it counts. */
    private static int count(CDPSession session, String type) {
        var prototype = objectId(
                session.send("Runtime.evaluate", json("{expression: '" + type + ".prototype'}")),
                "result");
        var all = objectId(
                session.send(
                        "Runtime.queryObjects", json("{prototypeObjectId: '" + prototype + "'}")),
                "objects");
        var length = session.send(
                "Runtime.callFunctionOn",
                json("{objectId: '" + all + "', returnByValue: true,"
                        + " functionDeclaration: 'function() { return this.length; }'}"));
        session.send("Runtime.releaseObject", json("{objectId: '" + all + "'}"));
        return length.getAsJsonObject("result").get("value").getAsInt();
    }

    private static String objectId(JsonObject answer, String field) {
        return answer.getAsJsonObject(field).get("objectId").getAsString();
    }

    private static double usedHeap(CDPSession session) {
        session.send("HeapProfiler.collectGarbage");
        return metric(session, "JSHeapUsedSize");
    }

    private static double metric(CDPSession session, String name) {
        for (var metric : session.send("Performance.getMetrics").getAsJsonArray("metrics")) {
            if (metric.getAsJsonObject().get("name").getAsString().equals(name)) {
                return metric.getAsJsonObject().get("value").getAsDouble();
            }
        }
        throw new AssertionError("the browser has no metric " + name);
    }

    @Test
    void theDashboardIsUsedByKeyboardAndNamesWhatItShows() {
        var server = start(Settings.QUIET.with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "5"));
        var page = pages().newPage();
        opened.add(page);
        var complaints = new ArrayList<String>();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        page.onRequest(request -> {
            if (!request.url().matches("(http://127\\.0\\.0\\.1:\\d+/|data:).*")) {
                complaints.add("a request to " + request.url());
            }
        });
        page.navigate(pages().url("/examples/dashboard.html?server=" + server.webSocket("")));

        page.getByLabel("Your name").press("Enter");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("connected");
        field(page, "Message").fill("hello from the keyboard");
        field(page, "Message").press("Enter");
        assertThat(log(page, "Messages in lobby"))
                .containsText("dashboard: hello from the keyboard");
        field(page, "Join a room").fill("feed");
        field(page, "Join a room").press("Enter");
        var room = page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName("feed, 1 here"));
        assertThat(room).hasAttribute("aria-current", "true");
        sendFromOutside(server, 1, 3);
        assertThat(log(page, "Messages in feed")).containsText("outside: 3");
        assertThat(server.signal("TERM").awaitExit()).isZero();
        assertThat(page.getByRole(AriaRole.STATUS)).containsText("disconnected, next try in");
        start(samePort(server));
        assertThat(log(page, "What happened")).containsText("back in the same session");
        var disconnect = new Page.GetByRoleOptions().setName("Disconnect");
        page.getByRole(AriaRole.BUTTON, disconnect).press("Enter");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("closed, asked");

        assertThat(complaints)
                .filteredOn(one -> !one.contains("WebSocket connection"))
                .isEmpty();
    }

    private static Locator field(Page page, String name) {
        return page.getByRole(
                AriaRole.TEXTBOX, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator log(Page page, String name) {
        return page.getByRole(AriaRole.LOG, new Page.GetByRoleOptions().setName(name));
    }

    /** A client that is no page says these numbers in the room feed. */
    private static void sendFromOutside(ServerProcess server, int first, int last) {
        try (var outside = JdkClient.connect(server.webSocket("/ws/outside"), Map.of())) {
            outside.next("welcome");
            for (var n = first; n <= last; n++) {
                outside.send("{\"type\":\"message\",\"room\":\"feed\",\"data\":" + n + "}");
                outside.next("ack");
            }
        }
    }

    private static int connections(ServerProcess server) {
        return Http.json(server.onOperationsPort("/health"))
                .path("websocket")
                .path("total_connections")
                .asInt(-1);
    }

    private static JsonObject json(String text) {
        return JsonParser.parseString(text).getAsJsonObject();
    }

    private static void setLifecycle(CDPSession session, String state) {
        session.send("Page.setWebLifecycleState", json("{state: '" + state + "'}"));
    }
}
