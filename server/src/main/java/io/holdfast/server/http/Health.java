package io.holdfast.server.http;

import io.holdfast.protocol.lifecycle.ServerState;
import io.holdfast.protocol.quality.QualitySnapshot;
import io.holdfast.server.connection.Connection;
import io.holdfast.server.connection.Core;
import io.holdfast.server.connection.Timestamps;
import io.holdfast.server.json.JsonText;
import io.holdfast.server.metrics.DialectName;
import io.holdfast.server.metrics.SystemUsage;
import io.holdfast.transport.HttpReply;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The health document (spec: lifecycle, "Health"). Made anew for each request. Thread-safe. */
public final class Health {
    /** Instances listed; their number is always exact. */
    private static final int MAX_INSTANCES = 1_000;

    private final Core core;
    private final Supplier<ServerState> state;
    private final SystemUsage usage = new SystemUsage(System::nanoTime);

    public Health(Core core, Supplier<ServerState> state) {
        this.core = core;
        this.state = state;
    }

    /**
     * The document for all dialects or one.
     *
     * @param only null for all dialects
     * @param withInstances whether the list of instances is filled
     * @param withRemote whether instances show their addresses
     */
    HttpReply report(@Nullable DialectName only, boolean withInstances, boolean withRemote) {
        List<Connection> shown = core.clients().list(only, withInstances ? MAX_INSTANCES : 0);
        Core.Counts counts = core.counts(only);
        SystemUsage.Sample sample = usage.sample();
        JsonText out = new JsonText();
        out.raw("{\"status\":\"")
                .raw(status())
                .raw("\",\"timestamp\":\"")
                .raw(Timestamps.format(System.currentTimeMillis()))
                .raw("\",\"connected_instances\":[");
        for (int i = 0; i < shown.size(); i++) {
            out.raw(i == 0 ? "" : ",");
            instance(out, shown.get(i), withRemote);
        }
        out.raw("],\"connected_instances_total\":")
                .number(counts.identified())
                .raw(",\"websocket\":{\"total_connections\":")
                .number(counts.total())
                .raw(",\"authenticated_connections\":")
                .number(counts.authenticated())
                .raw(",\"unauthenticated_connections\":")
                .number(counts.total() - counts.authenticated())
                .raw(",\"is_shutting_down\":")
                .raw(isLeaving() ? "true" : "false")
                .raw("},\"system\":{\"cpu_usage\":")
                .raw(decimal(sample.cpuPercent()))
                .raw(",\"memory_usage\":")
                .raw(decimal(sample.memoryPercent()))
                .raw(",\"uptime\":")
                .raw(decimal(core.metrics().uptimeSeconds()))
                .raw("}");
        if (only == null) {
            out.raw(",\"connections\":").number(counts.total());
            if (!core.store().available()) {
                // Spec: delivery, "Stores". Connections are kept, and publishing is refused.
                out.raw(",\"store\":\"degraded\"");
            }
        }
        out.raw("}");
        return HttpReply.json(isServing() ? 200 : 503, out.toBytes());
    }

    /** Whether new clients are welcome. */
    HttpReply ready() {
        return HttpReply.json(
                isServing() ? 200 : 503,
                new JsonText().raw("{\"status\":\"").raw(status()).raw("\"}").toBytes());
    }

    /** Whether the process is alive: it answers, so it is. */
    HttpReply live() {
        return HttpReply.json(200, new JsonText().raw("{\"status\":\"ok\"}").toBytes());
    }

    private static void instance(JsonText out, Connection connection, boolean withRemote) {
        out.raw("{\"instance_id\":")
                .string(connection.clientId())
                .raw(",\"state\":\"")
                .raw(connection.state())
                .raw("\",\"connected_at\":\"")
                .raw(Timestamps.format(connection.connectedAtMillis()))
                .raw("\",\"last_seen\":\"")
                .raw(Timestamps.format(connection.lastSeenMillis()))
                .raw("\"");
        if (withRemote) {
            out.raw(",\"remote\":").string(connection.remote());
            quality(out, connection.quality());
        }
        out.raw("}");
    }

    /** Times in milliseconds; for operators only, as addresses are. */
    private static void quality(JsonText out, @Nullable QualitySnapshot quality) {
        if (quality == null) {
            return;
        }
        out.raw(",\"quality\":{\"grade\":\"")
                .raw(quality.grade().label())
                .raw("\",\"rtt_samples\":")
                .number(quality.samples())
                .raw(",\"rtt_average\":")
                .raw(millis(quality.averageRttMicros()))
                .raw(",\"rtt_p50\":")
                .raw(millis(quality.p50RttMicros()))
                .raw(",\"rtt_p95\":")
                .raw(millis(quality.p95RttMicros()))
                .raw(",\"jitter\":")
                .raw(millis(quality.jitterMicros()))
                .raw(",\"lost_pongs\":")
                .raw(thousandths(Math.round(quality.lostPongs() * 1000)))
                .raw(",\"bytes_sent\":")
                .number(quality.bytesSent())
                .raw(",\"bytes_received\":")
                .number(quality.bytesReceived())
                .raw(",\"messages_sent\":")
                .number(quality.messagesSent())
                .raw(",\"messages_received\":")
                .number(quality.messagesReceived())
                .raw(",\"last_activity\":\"")
                .raw(Timestamps.format(System.currentTimeMillis()
                        - Math.max(0, System.nanoTime() - quality.lastActivityNanos()) / 1_000_000))
                .raw("\"}");
    }

    private static String millis(long micros) {
        return thousandths(micros);
    }

    /** Three decimals, without the cost of a format. */
    private static String thousandths(long value) {
        long rest = value % 1000;
        return value / 1000 + "." + (rest < 10 ? "00" : rest < 100 ? "0" : "") + rest;
    }

    private boolean isServing() {
        return state.get() instanceof ServerState.Running
                || state.get() instanceof ServerState.HandingOver;
    }

    private boolean isLeaving() {
        return state.get() instanceof ServerState.Draining
                || state.get() instanceof ServerState.Stopped;
    }

    private String status() {
        return switch (state.get()) {
            case ServerState.Starting starting -> "starting";
            case ServerState.Running running -> "ok";
            case ServerState.HandingOver handingOver -> "ok";
            case ServerState.Draining draining -> "shutting_down";
            case ServerState.Stopped stopped -> "shutting_down";
        };
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
