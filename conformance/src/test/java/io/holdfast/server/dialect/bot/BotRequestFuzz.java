package io.holdfast.server.dialect.bot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.conformance.fuzz.Invariant;
import io.holdfast.conformance.fuzz.JsonTrees;
import io.holdfast.protocol.MessageId;
import io.holdfast.protocol.RoomName;
import io.holdfast.server.json.JsonText;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a bot's line asks for is what Jackson's tree of it says, and whatever is answered is one
 * line of JSON. It stands in the package of the reader, which nobody else can see.
 */
public final class BotRequestFuzz {
    private static final int MAX_DEPTH = 6;
    private static final int MAX_STRING = 160;

    private static final BotRequestReader READER = new BotRequestReader(MAX_DEPTH, MAX_STRING);
    private static final JsonText OUT = new JsonText();

    private BotRequestFuzz() {}

    /** The reader is given valid UTF-8 only; so what is none becomes another text first. */
    public static void fuzzerTestOneInput(byte[] input) {
        byte[] bytes = ("x" + new String(input, UTF_8) + "\n").getBytes(UTF_8);
        int to = bytes.length - 1;
        byte[] before = bytes.clone();
        BotRequest request = READER.read(bytes, 1, to);
        Invariant.holds(Arrays.equals(before, bytes), "reading changes no text");
        String id = request.id();
        Invariant.holds(id == null || MessageId.isValid(id), "an id is one that is allowed");
        JsonNode tree = JsonTrees.of(bytes, 1, to);
        if (request instanceof BotRequest.NotJson) {
            Invariant.holds(tree == null || !tree.isObject(), "it is no object");
        } else if (!(request instanceof BotRequest.OverLimit)) {
            checkObject(request, JsonTrees.object(Arrays.copyOfRange(bytes, 1, to)), bytes);
        }
    }

    private static void checkObject(BotRequest request, JsonNode tree, byte[] bytes) {
        String event = tree.path("event").asString("");
        switch (request) {
            case BotRequest.Message message -> {
                checkRoom(message.room(), tree.get("room"));
                checkData(tree, bytes, message.start(), message.end());
            }
            case BotRequest.Direct direct -> {
                Invariant.same(tree.get("to").stringValue(), direct.to(), "to whom it is said to");
                checkData(tree, bytes, direct.start(), direct.end());
            }
            case BotRequest.Join join -> checkRoom(join.room(), tree.get("room"));
            case BotRequest.Leave leave -> checkRoom(leave.room(), tree.get("room"));
            case BotRequest.Who who -> checkRoom(who.room(), tree.get("room"));
            case BotRequest.Hello hello ->
                Invariant.same(
                        tree.get("data").get("client_key").stringValue(),
                        hello.clientKey(),
                        "the key is the bot's");
            case BotRequest.Reauth reauth ->
                Invariant.holds(
                        (reauth.token() == null) != (reauth.sessionToken() == null),
                        "exactly one token is shown");
            case BotRequest.Ping ping -> checkPong(ping, tree, bytes);
            case BotRequest.Pong pong ->
                Invariant.same(
                        echoed(tree, "id").longValue(), pong.pingId(), "it answers that ping");
            case BotRequest.Bad bad -> checkError(bad);
            case BotRequest.CommandResult result ->
                Invariant.same("command_result", event, "it is a command's result");
            case BotRequest.NotJson no -> throw new AssertionError(no);
            case BotRequest.OverLimit over -> throw new AssertionError(over);
        }
    }

    private static void checkRoom(String room, @Nullable JsonNode named) {
        Invariant.holds(RoomName.isValid(room), "a room's name is one that is allowed");
        Invariant.same(
                named == null ? BotRequestReader.ROOM : named.stringValue(), room, "it is named");
    }

    private static void checkData(JsonNode tree, byte[] bytes, int start, int end) {
        JsonNode data = JsonTrees.of(bytes, start, end);
        Invariant.holds(tree.get("data").equals(data), "the data are the data", () -> data);
    }

    private static JsonNode echoed(JsonNode tree, String name) {
        JsonNode inData = tree.path("data").path(name);
        return inData.isMissingNode() && name.equals("id") ? tree.path(name) : inData;
    }

    private static void checkPong(BotRequest.Ping ping, JsonNode tree, byte[] bytes) {
        BotMessages.pong(OUT, bytes, ping);
        JsonNode data = oneLine().path("data");
        for (String name : new String[] {"id", "server_timestamp"}) {
            Invariant.same(echoed(tree, name), data.path(name), "a pong echoes its ping");
        }
    }

    private static void checkError(BotRequest.Bad bad) {
        BotMessages.error(OUT, BotError.BAD_MESSAGE, bad.reason(), bad.id(), 0);
        JsonNode data = oneLine().path("data");
        Invariant.same(bad.reason(), data.path("message").asString(), "the reason is told");
    }

    private static JsonNode oneLine() {
        byte[] bytes = OUT.toBytes();
        for (byte b : bytes) {
            Invariant.holds(b != '\n' && b != '\r', "an answer is one line");
        }
        return JsonTrees.object(bytes);
    }
}
