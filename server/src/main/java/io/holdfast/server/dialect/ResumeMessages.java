package io.holdfast.server.dialect;

import io.holdfast.protocol.stream.Gap;
import io.holdfast.server.connection.Arrival;
import io.holdfast.server.json.JsonText;
import io.holdfast.server.room.Joined;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What clients that resume are sent in every JSON dialect (spec: delivery, "Resuming"). */
public final class ResumeMessages {
    private ResumeMessages() {}

    /** {@code ,"session_token":"…","expires_in":3600}. */
    public static void token(JsonText out, String token, Duration ttl) {
        out.raw(",\"session_token\":")
                .string(token)
                .raw(",\"expires_in\":")
                .number(ttl.toSeconds());
    }

    /** {@code ,"streams":{"lobby":{"epoch":"…","seq":0}}}: where a client without a past begins. */
    public static void newStreams(JsonText out, Map<String, Joined> streams) {
        out.raw(",\"streams\":{");
        boolean first = true;
        for (Map.Entry<String, Joined> stream : streams.entrySet()) {
            name(out, stream.getKey(), first);
            first = false;
            epoch(out, stream.getValue());
            out.raw(",\"seq\":").number(stream.getValue().head()).raw("}");
        }
        out.raw("}");
    }

    /** The same for one that comes back: what it gets, and what it does not. */
    public static void resumedStreams(JsonText out, Map<String, Joined> streams) {
        out.raw(",\"streams\":{");
        boolean first = true;
        for (Map.Entry<String, Joined> stream : streams.entrySet()) {
            name(out, stream.getKey(), first);
            first = false;
            Joined joined = stream.getValue();
            epoch(out, joined);
            out.raw(",\"head\":")
                    .number(joined.head())
                    .raw(",\"recovered\":")
                    .number(joined.recovery().recovered());
            gap(out, joined.recovery().gap());
            out.raw("}");
        }
        out.raw("}");
    }

    private static void name(JsonText out, String name, boolean first) {
        if (!first) {
            out.raw(",");
        }
        out.string(name);
    }

    private static void epoch(JsonText out, Joined joined) {
        out.raw(":{\"epoch\":").string(joined.epoch());
    }

    private static void gap(JsonText out, @Nullable Gap gap) {
        if (gap == null) {
            return;
        }
        String reason = gap.reason();
        if (reason != null) {
            out.raw(",\"gap\":{\"reason\":").string(reason).raw("}");
        } else {
            out.raw(",\"gap\":{\"from\":")
                    .number(gap.from())
                    .raw(",\"to\":")
                    .number(gap.to())
                    .raw("}");
        }
    }

    /** The answer to one that has been here before. */
    public static void reconnectionAck(
            JsonText out, String clientId, Arrival arrival, boolean draining, Duration ttl) {
        out.clear()
                .raw("{\"type\":\"reconnection_ack\",\"status\":\"ok\",\"session_restored\":")
                .raw(arrival.restored() ? "true" : "false")
                .raw(",\"server_status\":\"")
                .raw(draining ? "shutting_down" : "running")
                .raw("\",\"client_id\":")
                .string(clientId);
        token(out, arrival.token(), ttl);
        resumedStreams(out, arrival.streams());
        out.raw("}");
    }

    /** A token to be used from now on. */
    public static void freshToken(JsonText out, String token, Duration ttl) {
        out.clear().raw("{\"type\":\"session_token\"");
        token(out, token, ttl);
        out.raw("}");
    }

    /** A room was joined: where its messages begin. */
    public static void joined(JsonText out, @Nullable String id, String stream, Joined joined) {
        out.clear().raw("{\"type\":\"ack\"");
        if (id != null) {
            out.raw(",\"id\":").string(id);
        }
        out.raw(",\"status\":\"ok\",\"stream\":").string(stream);
        out.raw(",\"epoch\":").string(joined.epoch());
        out.raw(",\"seq\":").number(joined.head()).raw("}");
    }

    /** Messages that the client should have got and cannot get any more. */
    public static void gap(JsonText out, String stream, long from, long to) {
        out.clear()
                .raw("{\"type\":\"gap\",\"stream\":")
                .string(stream)
                .raw(",\"from\":")
                .number(from)
                .raw(",\"to\":")
                .number(to)
                .raw("}");
    }

    /**
     * A client's message is committed.
     *
     * @param status {@code ok} or {@code queued}
     * @param seq 0 when it has none
     */
    public static void ack(
            JsonText out, @Nullable String id, String status, String stream, long seq) {
        out.clear().raw("{\"type\":\"ack\"");
        if (id != null) {
            out.raw(",\"id\":").string(id);
        }
        out.raw(",\"status\":\"").raw(status).raw("\"");
        if (seq > 0) {
            out.raw(",\"stream\":").string(stream).raw(",\"seq\":").number(seq);
        }
        out.raw("}");
    }
}
