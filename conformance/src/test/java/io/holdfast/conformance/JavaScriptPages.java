package io.holdfast.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import io.holdfast.conformance.process.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A running Chromium, and an HTTP server that gives it the files of this source tree and, at {@code
 * /page}, a page that uses the JavaScript client.
 *
 * <p>Playwright would start the browser so that every tab believes to be the one in front. This one
 * is started by hand, with one window and its defaults, so that a tab can be hidden and frozen.
 */
final class JavaScriptPages implements AutoCloseable {
    /** For a browser and a server that share two cores with other tests. */
    static final double PATIENCE_MILLIS = 60_000;

    /** {@code seen}, {@code gaps} and {@code states} are what the reader's application heard. */
    private static final String PAGE = """
            <!doctype html><title>client</title><script type="module">
            const running = new Set();
            const { setTimeout: start, clearTimeout: stop } = window;
            window.setTimeout = (callback, millis) => {
              const id = start(() => {
                running.delete(id);
                callback();
              }, millis);
              running.add(id);
              return id;
            };
            window.clearTimeout = id => {
              running.delete(id);
              stop(id);
            };
            window.timers = () => running.size;
            const client = await import('/clients/javascript/src/browser.js');
            Object.assign(window, client, { seen: [], gaps: [], states: [], acks: [], sent: 0 });
            const options = {
              backoff: { firstMillis: 50, capMillis: 200, jitter: 'none', maxAttempts: Infinity },
              connectTimeoutMillis: 60_000, sendTimeoutMillis: 240_000, resume: true,
            };
            window.enter = async url => {
              window.reader = new HoldfastClient(url, { ...options, clientId: 'reader' });
              window.writer = new HoldfastClient(url, { ...options, clientId: 'writer' });
              reader.on('message', ({ stream, seq, data }) => seen.push({ stream, seq, data }));
              reader.on('gap', gap => gaps.push(gap));
              reader.on('state', ({ state }) => states.push(state));
              await Promise.all([reader.connect(), writer.connect()]);
              await reader.join('feed');
            };
            window.write = async count => {
              for (let i = 0; i < count; i++) {
                acks.push(writer.send(++sent, { room: 'feed' }));
              }
            };
            const rounds = [
              async url => {
                const one = new HoldfastClient(url, { ...options, clientId: 'one' });
                await one.connect();
                await one.close();
              },
              async url => {
                const two = new HoldfastClient(url, { ...options, clientId: 'two' });
                two.on('message', () => {});
                await two.connect();
                await two.send('said in passing');
                await two.close();
              },
              async url => { // Closed before the server has answered.
                const three = new HoldfastClient(url, { ...options, clientId: 'three' });
                const connecting = three.connect();
                await three.close();
                await connecting.catch(() => {});
              },
              async url => {
                const patient = { connectTimeoutMillis: options.connectTimeoutMillis };
                const socket = new ReconnectingWebSocket(`${url}/ws/four`, [], patient);
                await new Promise(resolve => socket.addEventListener('open', resolve));
                const closed = new Promise(resolve => socket.addEventListener('close', resolve));
                socket.close();
                await closed;
              },
            ];
            window.comeAndGo = async (url, count) => {
              for (let i = 0; i < count; i++) {
                await rounds[i % rounds.length](url);
              }
            };
            window.ready = true;
            </script>
            """;

    private final HttpServer files;
    private final Tool.Run chromium;
    private final Playwright playwright;
    private final Browser browser;

    private JavaScriptPages(HttpServer files, Tool.Run chromium, Playwright playwright) {
        this.files = files;
        this.chromium = chromium;
        this.playwright = playwright;
        var address = chromium.lines().await("DevTools listening on ").replaceFirst(".* on ", "");
        this.browser = playwright
                .chromium()
                .connectOverCDP(
                        address,
                        new BrowserType.ConnectOverCDPOptions()
                                .setTimeout(PATIENCE_MILLIS)
                                .setNoDefaults(true));
        context().setDefaultTimeout(PATIENCE_MILLIS);
    }

    static JavaScriptPages open() throws IOException {
        var program = Tool.require("chromium");
        var environment = Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        return new JavaScriptPages(
                serveFiles(),
                start(program),
                Playwright.create(new Playwright.CreateOptions().setEnv(environment)));
    }

    private static HttpServer serveFiles() throws IOException {
        var root = Path.of("..").toAbsolutePath().normalize();
        var loopback = InetAddress.getLoopbackAddress();
        var server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
        server.createContext("/", SimpleFileServer.createFileHandler(root));
        server.createContext("/page", exchange -> {
            var body = PAGE.getBytes(UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static Tool.Run start(Path program) throws IOException {
        var profile = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "chromium");
        return Tool.start(
                profile,
                Map.of(),
                List.of(
                        program.toString(),
                        "--headless",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "about:blank"));
    }

    /** The browser's only window; tests take turns in it. */
    BrowserContext context() {
        return browser.contexts().getFirst();
    }

    Page newPage() {
        return context().newPage();
    }

    String url(String path) {
        return "http://127.0.0.1:" + files.getAddress().getPort() + path;
    }

    /** A page with the client's classes, and nothing connected. */
    Page clientPage() {
        var page = newPage();
        page.navigate(url("/page"));
        page.waitForFunction("window.ready");
        return page;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
        chromium.close();
        files.stop(0);
    }
}
