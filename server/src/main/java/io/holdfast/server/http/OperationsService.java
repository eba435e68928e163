package io.holdfast.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.server.metrics.DialectName;
import io.holdfast.server.metrics.Metrics;
import io.holdfast.transport.HttpReply;
import io.holdfast.transport.HttpService;
import io.holdfast.transport.RequestHead;
import io.holdfast.transport.WebSocketEndpoint;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operations port: health with addresses, and metrics. */
public final class OperationsService implements HttpService {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Health health;
    private final Metrics metrics;

    public OperationsService(Health health, Metrics metrics) {
        this.health = health;
        this.metrics = metrics;
    }

    @Override
    public @Nullable WebSocketEndpoint endpoint(RequestHead request) {
        return null;
    }

    @Override
    public HttpReply reply(RequestHead request) {
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        return switch (request.path()) {
            case "/health", "/health/live", "/health/ready", "/deepstream/health", "/metrics" ->
                reads
                        ? document(request)
                        : HttpReply.text(405, "only GET and HEAD are answered here")
                                .with("Allow", "GET, HEAD");
            default ->
                HttpReply.text(
                        404, "there is nothing at this path; this port has /health and /metrics");
        };
    }

    private HttpReply document(RequestHead request) {
        return switch (request.path()) {
            case "/health" -> health.report(null, true, true);
            case "/health/live" -> health.live();
            case "/health/ready" -> health.ready();
            case "/deepstream/health" -> health.report(DialectName.DEEPSTREAM, true, true);
            default -> metrics(request);
        };
    }

    private HttpReply metrics(RequestHead request) {
        String accept = request.header("accept");
        if (accept != null && accept.contains("application/json")) {
            return HttpReply.json(200, metrics.json().getBytes(UTF_8));
        }
        return new HttpReply(200, PROMETHEUS, metrics.prometheusText().getBytes(UTF_8), Map.of());
    }
}
