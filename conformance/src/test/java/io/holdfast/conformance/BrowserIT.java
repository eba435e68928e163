package io.holdfast.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A page in a real browser. Needs Chromium as the system's packages install it. */
class BrowserIT {
    private static final String PAGE = """
            <!doctype html><title>talk</title><script>
            window.seen = [];
            window.talk = url => {
              window.socket = new WebSocket(url);
              socket.onopen = () => seen.push({type: 'open', extensions: socket.extensions});
              socket.onmessage = event => seen.push(JSON.parse(event.data));
              socket.onclose =
                event => seen.push({type: 'close', code: event.code, reason: event.reason});
            };
            window.saw = type => seen.find(one => one.type === type);
            </script>
            """;

    private static @Nullable HttpServer pages;
    private static @Nullable Playwright playwright;
    private static @Nullable Browser browser;

    @BeforeAll
    static void openBrowser() throws IOException {
        var chromium = Tool.require("chromium");
        pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        pages.createContext("/", exchange -> {
            var body = PAGE.getBytes(UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        pages.start();
        var environment = Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
        if (playwright != null) {
            playwright.close();
        }
        if (pages != null) {
            pages.stop(0);
        }
    }

    @Test
    void aPageTalksSeesTheWarningAndIsClosedWith1001() {
        var settings = Settings.QUIET
                .with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "2")
                .with(Keys.ALLOWED_ORIGINS, "http://127.0.0.1:" + pagesPort());
        try (var server = ServerProcess.start(settings);
                var ann = RoomsShutdownIT.join(server, "ann");
                var page = open("127.0.0.1")) {
            page.evaluate("url => talk(url)", server.webSocket("/ws/page").toString());
            page.waitForFunction("saw('welcome')");
            page.evaluate("socket.send(JSON.stringify({type: 'message', data: 'from a page 😀'}))");
            assertThat(ann.next("message").path("data").asString()).isEqualTo("from a page 😀");
            page.waitForFunction("saw('ack')");
            ann.send("{\"type\":\"message\",\"data\":\"hello page\"}");
            page.waitForFunction("saw('message') && saw('message').data === 'hello page'");

            server.signal("TERM");
            page.waitForFunction("saw('shutdown_warning')");
            page.waitForFunction("saw('close')");
            assertThat(page.evaluate("saw('close').code")).isEqualTo(1001);
            assertThat(page.evaluate("saw('close').reason")).isEqualTo("Server shutdown timeout");
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void aPageOfAnotherOriginIsRefused() {
        var settings = Settings.QUIET.with(Keys.ALLOWED_ORIGINS, "http://127.0.0.1:" + pagesPort());
        try (var server = ServerProcess.start(settings);
                var page = open("localhost")) {
            page.evaluate("url => talk(url)", server.webSocket("/ws/page").toString());
            page.waitForFunction("saw('close')");

            assertThat(page.evaluate("saw('close').code")).isEqualTo(1006);
            assertThat(page.evaluate("saw('open') === undefined")).isEqualTo(true);
        }
    }

    @Test
    void aPageMayAskForHealthOnlyFromAnAllowedOrigin() {
        var settings = Settings.QUIET.with(Keys.ALLOWED_ORIGINS, "http://127.0.0.1:" + pagesPort());
        var ask = "url => fetch(url).then(answer => answer.json())"
                + ".then(body => body.status, () => 'refused')";
        try (var server = ServerProcess.start(settings);
                var allowed = open("127.0.0.1");
                var other = open("localhost")) {
            var health = server.onPublicPort("/health").toString();

            assertThat(allowed.evaluate(ask, health)).isEqualTo("ok");
            assertThat(other.evaluate(ask, health)).isEqualTo("refused");
        }
    }

    private static Page open(String host) {
        var page = requireNonNull(browser).newPage();
        page.navigate("http://" + host + ":" + pagesPort() + "/");
        return page;
    }

    private static int pagesPort() {
        return requireNonNull(pages).getAddress().getPort();
    }
}
