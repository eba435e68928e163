package io.holdfast.cli.talk;

import io.holdfast.cli.talk.Styled.Tone;
import io.holdfast.client.ClientException;
import io.holdfast.client.ClosedCause;
import io.holdfast.client.Event;
import io.holdfast.client.Presence;
import io.holdfast.client.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What happens, in a line for a person. Pure. */
final class EventText {
    private EventText() {}

    /** A message, as {@code #room who: text}; without a room it is for this client alone. */
    static Styled of(Event.Message message) {
        Styled line = message.room() == null
                ? Styled.of(Tone.ROOM, "(to you) ")
                : Styled.of(Tone.ROOM, "#" + message.room() + " ");
        if (message.from() != null) {
            line.add(Tone.NAME, message.from()).add(": ");
        }
        return line.add(message.text().orElse(message.data()));
    }

    /** Null for what is of no interest to a person. */
    static @Nullable Styled of(Event event, String url) {
        return switch (event) {
            case Event.Message message -> of(message);
            case Event.Connecting connecting ->
                connecting.attempt() == 1
                        ? Styled.of(Tone.DIM, "connecting to " + url)
                        : null; // "next try in" was said already.
            case Event.Connected connected ->
                Styled.of(Tone.GOOD, "connected")
                        .add(connected.clientId().isEmpty() ? "" : " as ")
                        .add(Tone.NAME, connected.clientId());
            case Event.Resumed resumed -> resumed(resumed);
            case Event.Gap gap -> gap(gap);
            case Event.Advice advice -> advice(advice);
            case Event.Disconnected gone ->
                Styled.of(Tone.BAD, "disconnected: ")
                        .add(of(gone.error()))
                        .add(Tone.DIM, "; next try in " + seconds(gone.retryIn()));
            case Event.Closed closed -> closed(closed);
            case Event.Notice notice -> notice(notice);
            case Event.Command command ->
                Styled.of(Tone.WARNING, "command " + command.command() + " ")
                        .add(command.args())
                        .add(Tone.DIM, " (" + command.requestId() + ")");
            case Event.Overflow overflow ->
                Styled.of(
                        Tone.WARNING,
                        overflow.dropped() + " messages were dropped here: they came faster than"
                                + " they could be shown");
            case Event.Alert alert -> Styled.of(Tone.WARNING, alert.what());
            case Event.SessionToken ignored -> null;
        };
    }

    /** What went wrong. */
    static String of(ClientException why) {
        return String.valueOf(why.getMessage());
    }

    private static Styled resumed(Event.Resumed resumed) {
        long missed =
                resumed.recovered().values().stream().mapToLong(Long::longValue).sum();
        return Styled.of(Tone.GOOD, "back in the same session")
                .add(
                        Tone.DIM,
                        missed == 0 ? "; nothing was missed" : "; missed messages: " + missed);
    }

    private static Styled gap(Event.Gap gap) {
        String what = gap.from() > 0
                ? "messages " + gap.from() + " to " + gap.to() + " are not kept any more"
                : "what was said in between is unknown (" + gap.reason() + ")";
        return Styled.of(Tone.WARNING, "gap in " + gap.stream() + ": " + what);
    }

    private static Styled advice(Event.Advice advice) {
        String where = advice.target() == null ? "" : " to " + advice.target();
        String when = advice.comeBackAfter().isZero()
                ? ""
                : "; back in " + seconds(advice.comeBackAfter());
        String what = advice.reason().equals("server_migration")
                ? "the server moves us" + where
                : "the server is leaving";
        return Styled.of(Tone.WARNING, what + when);
    }

    private static Styled closed(Event.Closed closed) {
        if (closed.cause() == ClosedCause.ASKED) {
            return Styled.of(Tone.DIM, "left");
        }
        String why = switch (closed.cause()) {
            case UNAUTHORISED, TOKEN_EXPIRED -> "the credentials were refused";
            case REPLACED -> "somebody else connected under this id";
            case CLOSED_BY_OPERATOR -> "an operator closed the connection";
            default -> "the connection was ended for good";
        };
        String detail = closed.error() == null ? "" : ": " + of(closed.error());
        return Styled.of(Tone.BAD, why).add(detail);
    }

    /** The server's word on who comes and goes, and its errors; other notices as they are. */
    private static @Nullable Styled notice(Event.Notice notice) {
        JsonObject fields = JsonObject.parse(notice.json());
        if (fields == null) {
            return Styled.of(Tone.DIM, notice.json());
        }
        return switch (notice.type()) {
            case "periodic", "pong" -> null;
            case "client_connected" ->
                Styled.of(Tone.NAME, fields.string("client_id", "?")).add(Tone.DIM, " came");
            case "client_disconnected" ->
                Styled.of(Tone.NAME, fields.string("client_id", "?")).add(Tone.DIM, " left");
            case "presence_change" -> presenceChange(fields);
            default -> Styled.of(Tone.DIM, notice.json());
        };
    }

    private static Styled presenceChange(JsonObject fields) {
        List<String> joined = fields.strings("joined");
        List<String> left = fields.strings("left");
        return Styled.of(
                Tone.DIM,
                (joined.isEmpty() ? "" : "came: " + String.join(", ", joined) + " ")
                        + (left.isEmpty() ? "" : "left: " + String.join(", ", left) + " ")
                        + "(" + fields.number("connections", 0) + " connected)");
    }

    static Styled of(Presence who) {
        Styled line = Styled.of(Tone.ROOM, "#" + who.room() + " ");
        line.add(Tone.DIM, who.count() + (who.count() == 1 ? " client: " : " clients: "));
        String separator = "";
        for (String name : who.clients()) {
            line.add(separator).add(Tone.NAME, name);
            separator = ", ";
        }
        return who.count() > who.clients().size() ? line.add(", …") : line;
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }
}
