package io.holdfast.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.server.json.JsonText;
import io.holdfast.transport.HttpReply;
import io.holdfast.transport.RequestHead;
import java.util.Map;

/** What {@code GET /} says: JSON, or a small page for a browser. */
final class Description {
    private static final byte[] JSON = new JsonText()
            .raw("{\"service\":\"holdfast\",\"endpoints\":{")
            .raw("\"/ws\":\"WebSocket, rooms dialect\",")
            .raw("\"/ws/{client_id}\":\"WebSocket, rooms dialect, under an id of your own\",")
            .raw("\"/deepstream/ws\":\"WebSocket, deepstream dialect\",")
            .raw("\"/health\":\"health over all dialects\",")
            .raw("\"/health/live\":\"is the process alive\",")
            .raw("\"/health/ready\":\"are new clients welcome\",")
            .raw("\"/deepstream/health\":\"health of the deepstream dialect\"}}")
            .toBytes();

    private static final byte[] PAGE = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <meta name="color-scheme" content="light dark">
            <title>Holdfast</title>
            <style>body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;\
            padding:0 1rem}dt{font-family:ui-monospace,monospace}dd{margin:0 0 .5rem 1.5rem}</style>
            <h1>Holdfast</h1>
            <p>A server for long-lived connections. It is running, and this is where clients connect:</p>
            <dl>
            <dt>/ws, /ws/{client_id}</dt><dd>WebSocket, rooms dialect</dd>
            <dt>/deepstream/ws</dt><dd>WebSocket, deepstream dialect</dd>
            <dt><a href="/health">/health</a>, <a href="/deepstream/health">/deepstream/health</a></dt>
            <dd>who is connected, and whether the server is leaving</dd>
            <dt><a href="/health/live">/health/live</a>, <a href="/health/ready">/health/ready</a></dt>
            <dd>probes for an orchestrator</dd>
            </dl>
            </html>
            """.getBytes(UTF_8);

    private Description() {}

    static HttpReply of(RequestHead request) {
        String accept = request.header("accept");
        return accept != null && accept.contains("text/html")
                ? new HttpReply(200, "text/html; charset=utf-8", PAGE, Map.of("Vary", "Accept"))
                : HttpReply.json(200, JSON).with("Vary", "Accept");
    }
}
