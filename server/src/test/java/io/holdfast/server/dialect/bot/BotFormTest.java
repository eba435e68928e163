package io.holdfast.server.dialect.bot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.server.dialect.CanonicalMessages;
import io.holdfast.server.json.JsonText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class BotFormTest {
    private static final JsonMapper MAPPER = new JsonMapper();

    /** The form of a text that stands in the middle of a larger array, as head and body. */
    private static String written(String head, String body) {
        byte[] before = "}x".getBytes(UTF_8);
        byte[] bytes = ("}x" + head + body + "\"}\n").getBytes(UTF_8);
        int start = before.length + head.getBytes(UTF_8).length;
        int end = bytes.length - 3;
        int max = BotForm.maxLength(end - before.length);
        ByteBuf out = Unpooled.buffer(max, max);
        BotForm.write(out, bytes, before.length, start, end);
        return out.toString(UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"type":"message","from":"a","data":1} | {"event":"message","from":"a","data":1}
                    {"type":"direct","from":"a","data":1}  | {"event":"message","from":"a","data":1}
                    {"type":"message"}                     | {"event":"message"}
                    {"type":"direct"}                      | {"event":"message"}
                    {"type":"pong","n":2}                  | {"event":"pong","data":{"n":2}}
                    {"type":"pong"}                        | {"event":"pong","data":{}}
                    {"type":""}                            | {"event":"","data":{}}
                    {"type":"messages","a":1}              | {"event":"messages","data":{"a":1}}
                    {"type":"mess","a":1}                  | {"event":"mess","data":{"a":1}}
                    {"type":"directed","a":{}}             | {"event":"directed","data":{"a":{}}}
                    {"type":"a\\"b\\\\","a":"}"}           | {"event":"a\\"b\\\\","data":{"a":"}"}}
                    """)
    void theTypeBecomesTheEvent(String canonical, String bot) {
        assertThat(new String(BotForm.of(canonical.getBytes(UTF_8)), UTF_8)).isEqualTo(bot);
        assertThat(written("", canonical.substring(1))).isEqualTo(bot);
    }

    @Test
    void whatStandsBeforeTheTypeStaysBesideTheEvent() {
        String head = "\"stream\":\"bot\",\"seq\":5,\"id\":\"é\",";
        assertThat(written(head, "\"type\":\"message\",\"data\":1}"))
                .isEqualTo("{" + head + "\"event\":\"message\",\"data\":1}");
        assertThat(written(head, "\"type\":\"command\",\"command\":\"x\"}"))
                .isEqualTo("{" + head + "\"event\":\"command\",\"data\":{\"command\":\"x\"}}");
    }

    @Test
    void aLineHasNoLineEndsInside() {
        assertThat(written("\"seq\":\n5,", "\"type\":\"message\",\"data\":\n[\r\n1 ,\t\"\\n\"]\r}"))
                .isEqualTo("{\"seq\": 5,\"event\":\"message\",\"data\": [  1 ,\t\"\\n\"] }");
        assertThat(written("", "\"type\":\"x\",\n\"a\":1\n}"))
                .isEqualTo("{\"event\":\"x\",\"data\":{ \"a\":1 }}");
    }

    @Test
    void clientsMessagesAreInTheFormThatItExpects() {
        JsonText out = new JsonText();
        CanonicalMessages.startMessage(out, "a\"", "bot");
        CanonicalMessages.endMessage(out.raw("{\"type\":\"x\"}"), "T".getBytes(UTF_8));
        assertThat(new String(BotForm.of(out.toBytes()), UTF_8))
                .isEqualTo("{\"event\":\"message\",\"from\":\"a\\\"\",\"room\":\"bot\","
                        + "\"data\":{\"type\":\"x\"},\"timestamp\":\"T\"}");
        CanonicalMessages.startDirect(out, "a");
        CanonicalMessages.endMessage(out.raw("1"), "T".getBytes(UTF_8));
        assertThat(new String(BotForm.of(out.toBytes()), UTF_8))
                .isEqualTo("{\"event\":\"message\",\"from\":\"a\",\"data\":1,\"timestamp\":\"T\"}");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void anyObjectIsSpelledAsAJsonLibraryWould(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            ObjectNode head = fields(random, "h", 2);
            ObjectNode rest = fields(random, "r", 3);
            String[] types = {"message", "direct", "presence", "client_connected", "é🚀", ""};
            String type = types[random.nextInt(types.length)];
            boolean lines = random.nextBoolean();

            String headText = inside(head, lines);
            String restText = inside(rest, lines);
            String body = "\"type\":" + MAPPER.writeValueAsString(type)
                    + (restText.isEmpty() ? "" : "," + restText) + "}";
            String bot = written(headText.isEmpty() ? "" : headText + ",", body);

            assertThat(bot).as("seed %d, object %d", seed, i).doesNotContain("\n", "\r");
            assertThat(MAPPER.readTree(bot))
                    .as("seed %d, object %d: %s", seed, i, bot)
                    .isEqualTo(reference(head, type, rest));
        }
    }

    private static JsonNode reference(ObjectNode head, String type, ObjectNode rest) {
        ObjectNode expected = head.deepCopy();
        if (type.equals("message") || type.equals("direct")) {
            expected.put("event", "message");
            expected.setAll(rest);
        } else {
            expected.put("event", type);
            expected.set("data", rest);
        }
        // Once through text, since numbers read are of other types than numbers made.
        return MAPPER.readTree(MAPPER.writeValueAsString(expected));
    }

    /** What is between the braces, with line ends between the tokens or not. */
    private static String inside(ObjectNode object, boolean lines) {
        String text = lines
                ? MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(object)
                : MAPPER.writeValueAsString(object);
        return object.isEmpty() ? "" : text.substring(1, text.length() - 1);
    }

    private static ObjectNode fields(Random random, String prefix, int depth) {
        ObjectNode object = MAPPER.createObjectNode();
        for (int i = random.nextInt(4); i > 0; i--) {
            object.set(prefix + i, value(random, depth));
        }
        return object;
    }

    private static JsonNode value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 6 : 4)) {
            case 0 -> MAPPER.getNodeFactory().numberNode(random.nextLong());
            case 1 -> MAPPER.getNodeFactory().booleanNode(random.nextBoolean());
            case 2 -> MAPPER.getNodeFactory().nullNode();
            case 3 -> {
                String[] parts = {"a", "\"", "\\", "\n", "\r", "é", "🚀", "}", "{", ",", "type\":"};
                StringBuilder text = new StringBuilder();
                for (int i = random.nextInt(6); i > 0; i--) {
                    text.append(parts[random.nextInt(parts.length)]);
                }
                yield MAPPER.getNodeFactory().stringNode(text.toString());
            }
            case 4 -> fields(random, "f", depth - 1);
            default -> {
                ArrayNode array = MAPPER.createArrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(value(random, depth - 1));
                }
                yield array;
            }
        };
    }
}
