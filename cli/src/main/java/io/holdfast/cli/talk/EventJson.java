package io.holdfast.cli.talk;

import io.holdfast.client.Ack;
import io.holdfast.client.ClientException;
import io.holdfast.client.Event;
import io.holdfast.client.Presence;
import io.holdfast.client.json.JsonObject;
import io.holdfast.client.json.JsonWriter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What happens, as one line of JSON each, for programs (docs/command-line.md). Pure. */
final class EventJson {
    private EventJson() {}

    static String of(Event event) {
        JsonWriter json = new JsonWriter().string("event", name(event));
        switch (event) {
            case Event.Message message -> message(json, message);
            case Event.Connecting connecting -> json.number("attempt", connecting.attempt());
            case Event.Connected connected -> json.string("client_id", connected.clientId());
            case Event.Resumed resumed -> json.raw("recovered", counts(resumed.recovered()));
            case Event.Gap gap ->
                json.string("stream", gap.stream())
                        .string("reason", gap.reason())
                        .number("from", gap.from())
                        .number("to", gap.to());
            case Event.Advice advice ->
                json.string("reason", advice.reason())
                        .number("come_back_after_ms", advice.comeBackAfter().toMillis())
                        .string("target", advice.target());
            case Event.Disconnected gone ->
                failure(json, gone.error()).number("retry_in_ms", gone.retryIn().toMillis());
            case Event.Closed closed -> {
                json.string("cause", closed.cause().name().toLowerCase(Locale.ROOT));
                if (closed.error() != null) {
                    failure(json, closed.error());
                }
            }
            case Event.Notice notice ->
                json.string("type", notice.type())
                        .raw(
                                "json",
                                JsonObject.isJson(notice.json())
                                        ? notice.json()
                                        : JsonWriter.quoted(notice.json()));
            case Event.Command command ->
                json.string("request_id", command.requestId())
                        .string("command", command.command())
                        .raw("args", JsonObject.isJson(command.args()) ? command.args() : null);
            case Event.SessionToken token ->
                json.number("expires_in", token.expiresIn().toSeconds()); // It is a secret.
            case Event.Overflow overflow -> json.number("dropped", overflow.dropped());
            case Event.Alert alert -> json.string("what", alert.what());
        }
        return Printable.json(json.end());
    }

    /** @param line of the input, 0 when there is one message only */
    static String of(Ack ack, long line) {
        JsonWriter json = new JsonWriter().string("event", "ack");
        if (line > 0) {
            json.number("line", line);
        }
        json.string("status", ack.status()).string("id", ack.id());
        if (ack.stream() != null) {
            json.string("stream", ack.stream()).number("seq", ack.seq());
        }
        return Printable.json(json.end());
    }

    /** @param line of the input, 0 when there is one message only */
    static String notAcked(ClientException why, long line) {
        JsonWriter json = new JsonWriter().string("event", "not_acked");
        if (line > 0) {
            json.number("line", line);
        }
        return Printable.json(failure(json, why).end());
    }

    static String of(Presence who) {
        String names = who.clients().stream()
                .map(JsonWriter::quoted)
                .collect(Collectors.joining(",", "[", "]"));
        return Printable.json(new JsonWriter()
                .string("event", "presence")
                .string("room", who.room())
                .number("count", who.count())
                .raw("clients", names)
                .end());
    }

    private static String name(Event event) {
        return switch (event) {
            case Event.Message ignored -> "message";
            case Event.Connecting ignored -> "connecting";
            case Event.Connected ignored -> "connected";
            case Event.Resumed ignored -> "resumed";
            case Event.Gap ignored -> "gap";
            case Event.Advice ignored -> "advice";
            case Event.Disconnected ignored -> "disconnected";
            case Event.Closed ignored -> "closed";
            case Event.Notice ignored -> "notice";
            case Event.Command ignored -> "command";
            case Event.SessionToken ignored -> "session_token";
            case Event.Overflow ignored -> "overflow";
            case Event.Alert ignored -> "alert";
        };
    }

    private static void message(JsonWriter json, Event.Message message) {
        if (message.stream() != null) {
            json.string("stream", message.stream()).number("seq", message.seq());
        }
        json.string("id", message.id())
                .string("from", message.from())
                .string("room", message.room())
                .raw("data", message.data())
                .string("timestamp", message.timestamp());
    }

    private static JsonWriter failure(JsonWriter json, ClientException why) {
        json.string("kind", why.kind().name().toLowerCase(Locale.ROOT))
                .string("message", String.valueOf(why.getMessage()))
                .string("code", orNull(why.serverCode()));
        if (why.closeCode() > 0) {
            json.number("close_code", why.closeCode())
                    .string("close_reason", orNull(why.closeReason()));
        }
        if (why.httpStatus() > 0) {
            json.number("http_status", why.httpStatus());
        }
        return json;
    }

    private static String counts(Map<String, Long> counts) {
        JsonWriter json = new JsonWriter();
        counts.forEach(json::number);
        return json.end();
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
