package io.holdfast.server.dialect.rooms;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.MessageId;
import io.holdfast.protocol.RoomName;
import io.holdfast.server.dialect.ErrorCode;
import io.holdfast.server.dialect.HelloFields;
import io.holdfast.server.json.JsonObjectReader;
import io.holdfast.server.json.JsonObjectReader.Kind;
import io.holdfast.server.metrics.LimitName;
import io.holdfast.server.room.Rooms;

import org.jspecify.annotations.Nullable;

/** Reads requests; one per event loop. */
final class RoomsRequestReader {
    /** Characters of a request's own id (spec: delivery, "Client to server"). */
    private static final int MAX_ID = Limits.MAX_MESSAGE_ID_LENGTH;
    /** Characters of the longest client id of any dialect. */
    private static final int MAX_CLIENT_ID = 128;

    private static final int TYPE = 0;
    private static final int DATA = 1;
    private static final int ID = 2;
    private static final int ROOM = 3;
    private static final int TO = 4;
    private static final int SESSION_TOKEN = 5;
    private static final int POSITIONS = 6;
    private static final int PRESENCE = 7;

    private static final HelloFields HELLO = new HelloFields(SESSION_TOKEN, POSITIONS, PRESENCE);

    private static final String LOBBY = Rooms.LOBBY;

    private final JsonObjectReader json;
    private final int maxDepth;
    private final int maxStringLength;

    RoomsRequestReader(int maxDepth, int maxStringLength) {
        this.maxDepth = maxDepth;
        this.maxStringLength = maxStringLength;
        this.json = new JsonObjectReader(
                maxDepth,
                maxStringLength,
                "type",
                "data",
                "id",
                "room",
                "to",
                "session_token",
                "positions",
                "presence");
    }

    /** The first message of a client that asked for resume, which has to be its {@code hello}. */
    RoomsRequest readHello(byte[] bytes, int from, int to) {
        if (json.read(bytes, from, to) != Kind.OBJECT || !"hello".equals(json.string(TYPE))) {
            return bad("a client that asked for resume says hello first", null);
        }
        String duplicate = json.duplicate();
        if (duplicate != null) {
            return bad("\"" + duplicate + "\" is there more than once", null);
        }
        return switch (HELLO.read(json, bytes)) {
            case HelloFields.Result.Valid valid -> new RoomsRequest.Greeting(valid.hello());
            case HelloFields.Result.Invalid invalid -> bad(invalid.reason(), null);
        };
    }

    RoomsRequest read(byte[] bytes, int from, int to) {
        Kind kind = json.read(bytes, from, to);
        return switch (kind) {
            case TEXT -> new RoomsRequest.PlainText();
            case OTHER_JSON -> new RoomsRequest.Message(LOBBY, from, to, null);
            case TOO_DEEP ->
                new RoomsRequest.OverLimit(
                        LimitName.JSON_DEPTH,
                        "the JSON is nested deeper than " + maxDepth + " levels");
            case TOO_LONG ->
                new RoomsRequest.OverLimit(
                        LimitName.JSON_STRING,
                        "a string in the JSON has more than " + maxStringLength
                                + " characters, or a name or number is too long");
            case OBJECT -> object(from, to);
        };
    }

    private RoomsRequest object(int from, int to) {
        String type = json.string(TYPE);
        if (type == null) {
            return new RoomsRequest.Message(LOBBY, from, to, null);
        }
        return switch (type) {
            case "message", "direct", "join", "leave", "who" -> known(type);
            case "ping" -> new RoomsRequest.Ping();
            // Not "any other text": the session token in it is nobody else's to see.
            case "hello" ->
                bad("hello is the first message of a connection that asked for resume", null);
            default -> new RoomsRequest.Message(LOBBY, from, to, null);
        };
    }

    private RoomsRequest known(String type) {
        String id = json.string(ID);
        if (json.has(ID) && (id == null || !MessageId.isValid(id))) {
            return bad("\"id\" must be a string of 1 to " + MAX_ID + " characters", null);
        }
        String duplicate = json.duplicate();
        if (duplicate != null) {
            return bad("\"" + duplicate + "\" is there more than once", id);
        }
        return switch (type) {
            case "message" -> message(id);
            case "direct" -> direct(id);
            default -> aboutRoom(type, id);
        };
    }

    private RoomsRequest message(@Nullable String id) {
        if (!json.has(DATA)) {
            return bad("a message needs \"data\"", id);
        }
        String room = json.has(ROOM) ? json.string(ROOM) : LOBBY;
        if (room == null || !RoomName.isValid(room)) {
            return badRoom(id);
        }
        if (RoomName.isReserved(room)) {
            return new RoomsRequest.Bad(
                    ErrorCode.FORBIDDEN, "room " + room + " is the server's own", id);
        }
        return new RoomsRequest.Message(room, json.start(DATA), json.end(DATA), id);
    }

    private RoomsRequest direct(@Nullable String id) {
        String to = json.string(TO);
        if (to == null || to.isEmpty() || to.length() > MAX_CLIENT_ID) {
            return bad("a direct message needs \"to\", the id of a client", id);
        }
        if (!json.has(DATA)) {
            return bad("a direct message needs \"data\"", id);
        }
        return new RoomsRequest.Direct(to, json.start(DATA), json.end(DATA), id);
    }

    private RoomsRequest aboutRoom(String type, @Nullable String id) {
        boolean optional = type.equals("who");
        String room = json.has(ROOM) || !optional ? json.string(ROOM) : LOBBY;
        if (room == null || !RoomName.isValid(room)) {
            return badRoom(id);
        }
        return switch (type) {
            case "join" -> new RoomsRequest.Join(room, id);
            case "leave" -> new RoomsRequest.Leave(room, id);
            default -> new RoomsRequest.Who(room, id);
        };
    }

    private static RoomsRequest.Bad badRoom(@Nullable String id) {
        return bad(
                "\"room\" must be a string of 1 to " + RoomName.MAX_LENGTH
                        + " letters, digits, dots, dashes and underscores",
                id);
    }

    private static RoomsRequest.Bad bad(String reason, @Nullable String id) {
        return new RoomsRequest.Bad(ErrorCode.BAD_MESSAGE, reason, id);
    }
}
