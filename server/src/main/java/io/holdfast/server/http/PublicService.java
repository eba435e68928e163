package io.holdfast.server.http;

import io.holdfast.server.auth.AuthResult;
import io.holdfast.server.connection.Core;
import io.holdfast.server.connection.Gate;
import io.holdfast.server.connection.Newcomers;
import io.holdfast.server.connection.WebSocketDialect;
import io.holdfast.server.metrics.DialectName;
import io.holdfast.server.metrics.ErrorKind;
import io.holdfast.transport.HttpReply;
import io.holdfast.transport.HttpService;
import io.holdfast.transport.RequestHead;
import io.holdfast.transport.WebSocketEndpoint;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The public port: the dialects' WebSocket endpoints, health, and a description of the service. */
public final class PublicService implements HttpService {
    /** What a page may ask, once its origin is allowed: health, with a token. */
    private static final HttpReply PREFLIGHT = HttpReply.text(204, "")
            .with(Map.of(
                    "Allow", "GET, HEAD, OPTIONS",
                    "Access-Control-Allow-Methods", "GET, HEAD",
                    "Access-Control-Allow-Headers", "Authorization"));

    private final Core core;
    private final Health health;
    private final Newcomers newcomers;

    public PublicService(Core core, Health health, Newcomers newcomers) {
        this.core = core;
        this.health = health;
        this.newcomers = newcomers;
    }

    @Override
    public @Nullable WebSocketEndpoint endpoint(RequestHead request) {
        WebSocketDialect dialect = newcomers.dialectAt(request.path());
        if (dialect == null) {
            return null;
        }
        if (!core.gate().origins().allows(request.header("origin"))) {
            core.metrics().count(ErrorKind.ORIGIN);
            return null;
        }
        return (head, loop) -> newcomers.accept(dialect, head, core.gate().addressOf(head), loop);
    }

    @Override
    public HttpReply reply(RequestHead request) {
        if (newcomers.dialectAt(request.path()) != null) {
            // Only a forbidden origin leads here: the handshake itself is judged elsewhere.
            return HttpReply.text(
                    403, "the request's Origin may not connect: see server.allowed_origins");
        }
        HttpReply reply = request.method().equals("OPTIONS") ? PREFLIGHT : answer(request);
        String origin = request.header("origin");
        Gate gate = core.gate();
        return gate.restricted() && origin != null && gate.origins().allows(origin)
                ? reply.with("Access-Control-Allow-Origin", origin).with("Vary", "Origin")
                : reply;
    }

    private HttpReply answer(RequestHead request) {
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        return switch (request.path()) {
            case "/", "/health", "/health/live", "/health/ready", "/deepstream/health" ->
                reads
                        ? document(request)
                        : HttpReply.text(405, "only GET and HEAD are answered here")
                                .with("Allow", "GET, HEAD");
            default ->
                HttpReply.text(404, "there is nothing at this path; GET / describes the service");
        };
    }

    private HttpReply document(RequestHead request) {
        return switch (request.path()) {
            case "/" -> Description.of(request);
            case "/health" -> health.report(null, mayList(request), false);
            case "/health/live" -> health.live();
            case "/health/ready" -> health.ready();
            default -> health.report(DialectName.DEEPSTREAM, mayList(request), false);
        };
    }

    /** With authentication on, who is connected is shown only to those who may connect. */
    private boolean mayList(RequestHead request) {
        return !core.needsToken() || core.authenticate(request) instanceof AuthResult.Accepted;
    }
}
