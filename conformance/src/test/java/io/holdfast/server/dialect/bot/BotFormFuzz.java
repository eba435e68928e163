package io.holdfast.server.dialect.bot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.conformance.fuzz.Invariant;
import io.holdfast.conformance.fuzz.JsonTrees;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A message in the form in which streams keep it, spelled anew for bots, is one line and one JSON
 * object that says the same. It stands in the package of the form, which nobody else can see.
 */
public final class BotFormFuzz {
    private static final List<String> TYPES =
            List.of("message", "direct", "joined", "odd \\\"\\\\", "");
    private static final String HEAD = "\"stream\":\"@me\",\"seq\":5,\"id\":\"z\",";
    private static final Set<String> IN_HEAD = Set.of("stream", "seq", "id");
    private static final int WITH_HEAD = 0x80;

    private BotFormFuzz() {}

    /** A byte that chooses type and head, then what stands behind the type, up to the brace. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0 || (input.length > 1 && input[1] != ',')) {
            return; // the server itself writes the type and what follows it
        }
        boolean hasHead = (input[0] & WITH_HEAD) != 0;
        String type = TYPES.get((input[0] & 0x7F) % TYPES.size());
        String head = hasHead ? HEAD : "";
        byte[] bytes = ("{" + head + "\"type\":\"" + type + "\""
                        + new String(input, 1, input.length - 1, UTF_8) + "}")
                .getBytes(UTF_8);
        JsonNode canonical = JsonTrees.of(bytes, 0, bytes.length);
        if (canonical instanceof ObjectNode object
                && !object.has("event")
                && (hasHead || IN_HEAD.stream().noneMatch(object::has))
                && !JsonTrees.hasNamesTwice(bytes, 0, bytes.length)) {
            check(bytes, 1 + head.length(), object);
        }
    }

    private static void check(byte[] bytes, int body, ObjectNode canonical) {
        byte[] room = new byte[BotForm.maxLength(bytes.length - 1)];
        ByteBuf out = Unpooled.wrappedBuffer(room).clear();
        BotForm.write(out, bytes, 1, body, bytes.length);
        byte[] line = Arrays.copyOf(room, out.writerIndex());
        for (byte b : line) {
            Invariant.holds(b != '\n' && b != '\r', "it is one line");
        }
        ObjectNode said = JsonTrees.object(line);
        Invariant.holds(!JsonTrees.hasNamesTwice(line, 0, line.length), "no name is there twice");
        Invariant.same(expected(canonical), said, "it says the same");
        if (body == 1) {
            Invariant.holds(Arrays.equals(line, BotForm.of(bytes)), "a whole object is the same");
        }
    }

    private static ObjectNode expected(ObjectNode canonical) {
        ObjectNode rest = canonical.deepCopy();
        String type = rest.remove("type").stringValue();
        if (type.equals("message") || type.equals("direct")) {
            return rest.put("event", "message");
        }
        ObjectNode message = rest.objectNode();
        IN_HEAD.stream().filter(rest::has).forEach(name -> message.set(name, rest.remove(name)));
        message.put("event", type);
        message.set("data", rest);
        return message;
    }
}
