package io.holdfast.server.metrics;

import java.util.Locale;

/** The JSON form of the metrics. All rates are averages since the start. */
final class MetricsJson {

    private MetricsJson() {}

    static String of(Metrics metrics) {
        double uptime = metrics.uptimeSeconds();
        long messages =
                metrics.total(Counter.MESSAGES_SENT) + metrics.total(Counter.MESSAGES_RECEIVED);
        StringBuilder out = new StringBuilder(512);
        out.append("{\"uptime\":").append(number(uptime));
        out.append(",\"total_connections\":").append(metrics.total(Counter.CONNECTIONS));
        out.append(",\"active_connections\":").append(metrics.activeConnections());
        out.append(",\"message_rate\":").append(rate(messages, uptime));
        out.append(",\"throughput\":{\"sent\":");
        out.append(rate(metrics.total(Counter.BYTES_SENT), uptime));
        out.append(",\"received\":");
        out.append(rate(metrics.total(Counter.BYTES_RECEIVED), uptime));
        out.append("},\"errors\":{");
        String comma = "";
        for (ErrorKind kind : ErrorKind.values()) {
            out.append(comma).append('"').append(kind.label()).append("\":");
            out.append(metrics.total(kind));
            comma = ",";
        }
        return out.append("}}").toString();
    }

    private static String rate(long amount, double seconds) {
        return number(seconds > 0 ? amount / seconds : 0);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
