package io.holdfast.server.dialect.bot;

import io.holdfast.protocol.ClientId;
import io.holdfast.protocol.Limits;
import io.holdfast.protocol.MessageId;
import io.holdfast.protocol.RoomName;
import io.holdfast.server.dialect.ErrorCode;
import io.holdfast.server.dialect.HelloFields;
import io.holdfast.server.json.JsonObjectReader;
import io.holdfast.server.metrics.LimitName;

import org.jspecify.annotations.Nullable;

/** Reads requests; one per event loop. Not thread-safe. */
final class BotRequestReader {
    /** Every bot starts in it, and means it when it names none. */
    static final String ROOM = "bot";
    /** Bytes of a ping's values, which are sent back: far more than any number or time has. */
    static final int MAX_ECHO_BYTES = 128;
    /** Code points of an unknown event's name that its error repeats. */
    private static final int MAX_SHOWN = 64;

    private static final String KNOWN =
            "hello, ping, pong, message, direct, join, leave, who," + " command_result and reauth";

    private static final int EVENT = 0;
    private static final int DATA = 1;
    private static final int ID = 2;
    private static final int ROOM_NAME = 3;
    private static final int TO = 4;

    // In the data of hello, reauth, ping and pong.
    private static final int CLIENT_KEY = 0;
    private static final int TOKEN = 1;
    private static final int SESSION_TOKEN = 2;
    private static final int FEATURES = 3;
    private static final int POSITIONS = 4;
    private static final int PRESENCE = 5;
    private static final int PING_ID = 6;
    private static final int SERVER_TIMESTAMP = 7;

    private static final HelloFields HELLO = new HelloFields(SESSION_TOKEN, POSITIONS, PRESENCE);

    private final JsonObjectReader json;
    private final JsonObjectReader data;
    private final int maxDepth;
    private final int maxStringLength;

    /**
     * @param maxDepth levels of nesting, the outermost included
     * @param maxStringLength of a string, in characters
     */
    BotRequestReader(int maxDepth, int maxStringLength) {
        this.maxDepth = maxDepth;
        this.maxStringLength = maxStringLength;
        this.json = new JsonObjectReader(
                maxDepth, maxStringLength, "event", "data", "id", "room", "to");
        this.data = new JsonObjectReader(
                maxDepth,
                maxStringLength,
                "client_key",
                "token",
                "session_token",
                "features",
                "positions",
                "presence",
                "id",
                "server_timestamp");
    }

    /** Reads valid UTF-8 that is not empty. */
    BotRequest read(byte[] bytes, int from, int to) {
        return switch (json.read(bytes, from, to)) {
            case OBJECT -> object(bytes);
            case OTHER_JSON -> new BotRequest.NotJson("a message must be one JSON object");
            case TEXT ->
                new BotRequest.NotJson("the message is not JSON; it must be one JSON object");
            case TOO_DEEP ->
                new BotRequest.OverLimit(
                        LimitName.JSON_DEPTH,
                        "the JSON is nested deeper than " + maxDepth + " levels");
            case TOO_LONG -> tooLong();
        };
    }

    private BotRequest tooLong() {
        return new BotRequest.OverLimit(
                LimitName.JSON_STRING,
                "a string in the JSON has more than " + maxStringLength
                        + " characters, or a name or number is too long");
    }

    private BotRequest object(byte[] bytes) {
        String event = json.string(EVENT);
        String id = json.string(ID);
        boolean idIsValid = id != null && MessageId.isValid(id);
        if (event == null) {
            return bad("a message needs \"event\", a string", idIsValid ? id : null);
        }
        boolean echoes = event.equals("ping") || event.equals("pong");
        if (!echoes && !json.isNull(ID) && !idIsValid) {
            return bad(
                    "\"id\" must be a string of 1 to " + Limits.MAX_MESSAGE_ID_LENGTH
                            + " characters",
                    null);
        }
        if (!idIsValid) {
            id = null;
        }
        String duplicate = json.duplicate();
        if (duplicate != null) {
            return bad("\"" + duplicate + "\" is there more than once", id);
        }
        return switch (event) {
            case "message" -> message(id);
            case "direct" -> direct(id);
            case "join", "leave", "who" -> aboutRoom(event, id);
            case "command_result" -> new BotRequest.CommandResult(id);
            case "hello", "reauth", "ping", "pong" -> withData(event, bytes, id);
            default -> unknown(event, id);
        };
    }

    private static BotRequest unknown(String event, @Nullable String id) {
        String reason = switch (event) {
            case "welcome",
                    "ack",
                    "error",
                    "command",
                    "presence",
                    "gap",
                    "session_token",
                    "serverShutdown",
                    "serverMigration" -> "is sent by the server only";
            default -> "is not known";
        };
        return bad("event \"" + shown(event) + "\" " + reason + "; a client may send " + KNOWN, id);
    }

    private BotRequest message(@Nullable String id) {
        if (!json.has(DATA)) {
            return bad("a message needs \"data\"", id);
        }
        String room = json.has(ROOM_NAME) ? json.string(ROOM_NAME) : ROOM;
        if (room == null || !RoomName.isValid(room)) {
            return badRoom(id);
        }
        if (RoomName.isReserved(room)) {
            return new BotRequest.Bad(
                    ErrorCode.FORBIDDEN, "room " + room + " is the server's own", id);
        }
        return new BotRequest.Message(room, json.start(DATA), json.end(DATA), id);
    }

    private BotRequest direct(@Nullable String id) {
        String to = json.string(TO);
        if (to == null || !ClientId.isPrintable(to, ClientId.MAX_PRINTABLE_LENGTH)) {
            return bad("a direct message needs \"to\", the id of a client, beside \"event\"", id);
        }
        if (!json.has(DATA)) {
            return bad("a direct message needs \"data\"", id);
        }
        return new BotRequest.Direct(to, json.start(DATA), json.end(DATA), id);
    }

    private BotRequest aboutRoom(String event, @Nullable String id) {
        boolean optional = event.equals("who");
        String room = json.has(ROOM_NAME) || !optional ? json.string(ROOM_NAME) : ROOM;
        if (room == null || !RoomName.isValid(room)) {
            return badRoom(id);
        }
        return switch (event) {
            case "join" -> new BotRequest.Join(room, id);
            case "leave" -> new BotRequest.Leave(room, id);
            default -> new BotRequest.Who(room, id);
        };
    }

    /** Those of which the server itself reads the data. */
    private BotRequest withData(String event, byte[] bytes, @Nullable String id) {
        boolean echoes = event.equals("ping") || event.equals("pong");
        if (echoes && json.isNull(DATA)) {
            return event.equals("ping") ? ping(false) : pong(false);
        }
        if (!json.isObject(DATA)) {
            return bad(event + " needs \"data\", an object", id);
        }
        switch (data.read(bytes, json.start(DATA), json.end(DATA))) {
            case OBJECT -> {
                // As it should be.
            }
            // That it is JSON and not too deep is known, since all of the message is.
            case OTHER_JSON, TEXT, TOO_DEEP, TOO_LONG -> {
                return tooLong();
            }
        }
        String duplicate = data.duplicate();
        if (duplicate != null) {
            return bad("\"" + duplicate + "\" is there more than once in \"data\"", id);
        }
        return switch (event) {
            case "hello" -> hello(bytes, id);
            case "reauth" -> reauth(id);
            case "ping" -> ping(true);
            default -> pong(true);
        };
    }

    private BotRequest hello(byte[] bytes, @Nullable String id) {
        String clientKey = data.string(CLIENT_KEY);
        if (clientKey == null || !ClientId.isPrintable(clientKey, ClientId.MAX_PRINTABLE_LENGTH)) {
            return bad(
                    "\"client_key\" must be a string of 1 to " + ClientId.MAX_PRINTABLE_LENGTH
                            + " printable characters, not all of them spaces",
                    id);
        }
        String token = data.string(TOKEN);
        if (token == null && !data.isNull(TOKEN)) {
            return bad("\"token\" must be a string", id);
        }
        BotFeatures features = data.isNull(FEATURES)
                ? BotFeatures.NONE
                : BotFeatures.read(bytes, data.start(FEATURES), data.end(FEATURES));
        if (features == null) {
            return bad(
                    "\"features\" must be an array of at most " + BotFeatures.MAX_OFFERED
                            + " strings",
                    id);
        }
        return switch (HELLO.read(data, bytes)) {
            case HelloFields.Result.Valid valid ->
                new BotRequest.Hello(clientKey, token, valid.hello(), features);
            case HelloFields.Result.Invalid invalid -> bad(invalid.reason(), id);
        };
    }

    private BotRequest reauth(@Nullable String id) {
        String sessionToken = data.string(SESSION_TOKEN);
        String token = data.string(TOKEN);
        boolean wrong = (sessionToken == null && !data.isNull(SESSION_TOKEN))
                || (token == null && !data.isNull(TOKEN))
                || (sessionToken == null) == (token == null)
                || (sessionToken != null && sessionToken.length() > HelloFields.MAX_TOKEN);
        return wrong
                ? bad(
                        "reauth needs either \"session_token\", the string that the server gave, or"
                                + " \"token\", a string",
                        id)
                : new BotRequest.Reauth(sessionToken, token);
    }

    private BotRequest ping(boolean hasData) {
        boolean idInData = hasData && data.has(PING_ID);
        JsonObjectReader of = idInData ? data : json;
        int field = idInData ? PING_ID : ID;
        boolean hasTime = hasData && data.has(SERVER_TIMESTAMP);
        if (!mayBeEchoed(of, field) || (hasTime && !mayBeEchoed(data, SERVER_TIMESTAMP))) {
            return bad(
                    "\"id\" and \"server_timestamp\" of a ping may have at most " + MAX_ECHO_BYTES
                            + " bytes and be neither objects nor arrays",
                    null);
        }
        return new BotRequest.Ping(
                of.has(field) ? of.start(field) : 0,
                of.has(field) ? of.end(field) : 0,
                hasTime ? data.start(SERVER_TIMESTAMP) : 0,
                hasTime ? data.end(SERVER_TIMESTAMP) : 0);
    }

    private static boolean mayBeEchoed(JsonObjectReader of, int field) {
        return !of.has(field)
                || (of.isScalar(field) && of.end(field) - of.start(field) <= MAX_ECHO_BYTES);
    }

    private BotRequest pong(boolean hasData) {
        Long id = hasData && data.has(PING_ID) ? data.integer(PING_ID) : json.integer(ID);
        return id == null
                ? bad("a pong needs \"id\", the whole number in the ping that it answers", null)
                : new BotRequest.Pong(id);
    }

    /** The beginning of a client's text, fit for a log and an error. */
    private static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        int i = 0;
        for (int count = 0; i < text.length() && count < MAX_SHOWN; count++) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if ((c > ' ' && c <= '~' && c != '"' && c != '\\') || Character.isLetterOrDigit(c)) {
                shown.appendCodePoint(c);
            } else {
                shown.append("\\u{").append(Integer.toHexString(c)).append('}');
            }
        }
        return i < text.length() ? shown.append('…').toString() : shown.toString();
    }

    private static BotRequest.Bad badRoom(@Nullable String id) {
        return bad(
                "\"room\" must be a string of 1 to " + RoomName.MAX_LENGTH
                        + " letters, digits, dots, dashes and underscores",
                id);
    }

    private static BotRequest.Bad bad(String reason, @Nullable String id) {
        return new BotRequest.Bad(ErrorCode.BAD_MESSAGE, reason, id);
    }
}
