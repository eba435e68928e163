package io.holdfast.server.dialect.deepstream;

import io.holdfast.protocol.ClientId;
import io.holdfast.protocol.Limits;
import io.holdfast.protocol.MessageId;
import io.holdfast.server.dialect.HelloFields;
import io.holdfast.server.json.JsonObjectReader;
import io.holdfast.server.metrics.LimitName;

/** Reads an application's messages; one per event loop. */
final class DeepstreamMessageReader {
    /** Characters of a message's own id (spec: delivery, "Client to server"). */
    private static final int MAX_ID = Limits.MAX_MESSAGE_ID_LENGTH;

    private static final int TYPE = 0;
    private static final int INSTANCE_ID = 1;
    private static final int RECONNECTION = 2;
    private static final int LAST_CLOSE_CODE = 3;
    private static final int CONFIG = 4;
    private static final int TOKEN = 5;
    private static final int REQUEST_ID = 6;
    private static final int STATUS = 7;
    private static final int NAME = 8;
    private static final int DATA = 9;
    private static final int ID = 10;
    private static final int SESSION_TOKEN = 11;
    private static final int POSITIONS = 12;
    private static final int PRESENCE = 13;

    private static final HelloFields HELLO = new HelloFields(SESSION_TOKEN, POSITIONS, PRESENCE);

    private final JsonObjectReader json;
    private final int maxDepth;
    private final int maxStringLength;

    DeepstreamMessageReader(int maxDepth, int maxStringLength) {
        this.maxDepth = maxDepth;
        this.maxStringLength = maxStringLength;
        this.json = new JsonObjectReader(
                maxDepth,
                maxStringLength,
                "type",
                "instance_id",
                "reconnection",
                "last_close_code",
                "config",
                "token",
                "request_id",
                "status",
                "name",
                "data",
                "id",
                "session_token",
                "positions",
                "presence");
    }

    DeepstreamMessage read(byte[] bytes, int from, int to) {
        return switch (json.read(bytes, from, to)) {
            case OBJECT -> object(bytes);
            case OTHER_JSON, TEXT -> bad("a message must be one JSON object");
            case TOO_DEEP ->
                new DeepstreamMessage.OverLimit(
                        LimitName.JSON_DEPTH,
                        "the JSON is nested deeper than " + maxDepth + " levels");
            case TOO_LONG ->
                new DeepstreamMessage.OverLimit(
                        LimitName.JSON_STRING,
                        "a string in the JSON has more than " + maxStringLength
                                + " characters, or a name or number is too long");
        };
    }

    private DeepstreamMessage object(byte[] bytes) {
        String type = json.string(TYPE);
        if (type == null) {
            return bad("a message needs \"type\", a string");
        }
        String duplicate = json.duplicate();
        if (duplicate != null) {
            return bad("\"" + duplicate + "\" is there more than once");
        }
        return switch (type) {
            case "app_ready" -> appReady(bytes);
            case "app_terminated" ->
                new DeepstreamMessage.AppTerminated(json.string(REQUEST_ID), json.string(STATUS));
            case "auth" -> auth();
            case "command_result" -> commandResult();
            case "event" -> event();
            case "ping" -> new DeepstreamMessage.Ping();
            case "pong" -> new DeepstreamMessage.Pong();
            default -> bad("the type of the message is not one that an application may send");
        };
    }

    private DeepstreamMessage appReady(byte[] bytes) {
        String id = json.string(INSTANCE_ID);
        if (id == null || !ClientId.isPrintable(id, ClientId.MAX_PRINTABLE_LENGTH)) {
            return new DeepstreamMessage.BadInstanceId();
        }
        Boolean reconnection = json.has(RECONNECTION) ? json.bool(RECONNECTION) : Boolean.FALSE;
        if (reconnection == null) {
            return bad("\"reconnection\" must be true or false");
        }
        Long closeCode =
                json.has(LAST_CLOSE_CODE) ? json.integer(LAST_CLOSE_CODE) : Long.valueOf(0);
        if (closeCode == null || closeCode < 0 || closeCode > 4999) {
            return bad("\"last_close_code\" must be a whole number from 0 to 4999");
        }
        if (json.has(CONFIG) && !json.isObject(CONFIG)) {
            return bad("\"config\" must be an object");
        }
        return switch (HELLO.read(json, bytes)) {
            case HelloFields.Result.Invalid invalid -> bad(invalid.reason());
            case HelloFields.Result.Valid valid ->
                new DeepstreamMessage.AppReady(
                        id,
                        reconnection,
                        closeCode.intValue(),
                        json.has(CONFIG) ? json.start(CONFIG) : 0,
                        json.has(CONFIG) ? json.end(CONFIG) : 0,
                        valid.hello());
        };
    }

    private DeepstreamMessage auth() {
        String token = json.string(TOKEN);
        return token == null
                ? bad("\"token\" must be a string")
                : new DeepstreamMessage.Auth(token);
    }

    private DeepstreamMessage commandResult() {
        String requestId = json.string(REQUEST_ID);
        String status = json.string(STATUS);
        if (requestId == null
                || status == null
                || !(status.equals("OK") || status.equals("ERROR"))) {
            return bad("a command_result needs \"request_id\" and \"status\", \"OK\" or \"ERROR\"");
        }
        return new DeepstreamMessage.CommandResult(requestId, status);
    }

    private DeepstreamMessage event() {
        if (!json.isString(NAME) || !json.has(DATA)) {
            return bad("an event needs \"name\", a string, and \"data\"");
        }
        String id = json.string(ID);
        if (!json.isNull(ID) && (id == null || !MessageId.isValid(id))) {
            return bad("\"id\" must be a string of 1 to " + MAX_ID + " characters");
        }
        return new DeepstreamMessage.Event(
                json.start(NAME), json.end(NAME), json.start(DATA), json.end(DATA), id);
    }

    private static DeepstreamMessage bad(String reason) {
        return new DeepstreamMessage.Bad(reason);
    }
}
