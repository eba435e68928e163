package io.holdfast.server.room;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.server.json.JsonObjectReader;
import io.holdfast.store.StreamBatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DraftTest {
    private static final byte[] NUMBERING = "{\"stream\":\"x\",\"seq\":".getBytes(UTF_8);

    private static void add(Draft draft, String json, @Nullable String id) {
        // Not at the beginning, nor up to the end, of its array.
        byte[] bytes = ("??" + json + "??").getBytes(UTF_8);
        draft.add(bytes, 2, bytes.length - 2, TestSubscriber.plain("p"), id);
    }

    private static String message(Draft draft, int index) {
        return new String(
                draft.bytes(), draft.start(index), draft.end(index) - draft.start(index), UTF_8);
    }

    private static String body(Draft draft, int index) {
        return new String(
                draft.bytes(), draft.body(index), draft.end(index) - draft.body(index), UTF_8);
    }

    @Test
    void eachMessageOfAKeptStreamBeginsWithItsNumbers() {
        Draft draft = new Draft(41, NUMBERING);
        add(draft, "{\"a\":1}", null);
        add(draft, "{\"b\":2}", "i");
        assertThat(message(draft, 0)).isEqualTo("{\"stream\":\"x\",\"seq\":41,\"a\":1}");
        assertThat(message(draft, 1))
                .isEqualTo("{\"stream\":\"x\",\"seq\":42,\"id\":\"i\",\"b\":2}");
        assertThat(body(draft, 0)).isEqualTo("\"a\":1}");
        assertThat(body(draft, 1)).isEqualTo("\"b\":2}");
        assertThat(draft.isNumbered()).isTrue();
        assertThat(draft.isEphemeral()).isFalse();
        assertThat(draft.lastSeq()).isEqualTo(42);
        assertThat(draft.id(0)).isNull();
        assertThat(draft.id(1)).isEqualTo("i");
    }

    @Test
    void aStreamThatIsNotKeptHasItsMessagesAsTheyAre() {
        Draft draft = new Draft(7, null);
        add(draft, "{\"a\":1}", "i");
        assertThat(message(draft, 0)).isEqualTo("{\"a\":1}");
        assertThat(body(draft, 0)).isEqualTo("\"a\":1}");
        assertThat(draft.isNumbered()).isFalse();
        assertThat(draft.isEphemeral()).isFalse();
        assertThat(draft.id(0)).isEqualTo("i");
    }

    @Test
    void anEphemeralDraftHasNoNumbers() {
        Draft draft = new Draft(0, null);
        add(draft, "{}", null);
        assertThat(draft.isEphemeral()).isTrue();
        assertThat(draft.lastSeq()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"",
                "\\",
                "\u0000",
                "\u001f",
                "\n\t\r",
                "a\"b\\c",
                "é",
                "日本",
                "😀",
                "\u007f",
                "\u2028",
                "</x>",
                "\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008"
            })
    void anIdIsWrittenSoThatItIsReadBackAsItWas(String id) {
        Draft draft = new Draft(1, NUMBERING);
        add(draft, "{\"a\":1}", id);
        byte[] json = message(draft, 0).getBytes(UTF_8);
        JsonObjectReader reader = new JsonObjectReader(5, 100, "id", "a");
        assertThat(reader.read(json, 0, json.length)).isEqualTo(JsonObjectReader.Kind.OBJECT);
        assertThat(reader.string(0)).isEqualTo(id);
        assertThat(reader.integer(1)).isEqualTo(1);
    }

    @Test
    void anIdOfTheWorstCharactersFindsRoom() {
        for (String one : new String[] {"\u0001", "\"", "日", "😀"}) {
            Draft draft = new Draft(9_007_199_254_740_990L, NUMBERING);
            // Fills its first bytes up, so that the id is what needs more.
            add(draft, "{\"a\":\"" + "x".repeat(390) + "\"}", one.repeat(64 / one.length()));
            add(draft, "{\"b\":1}", one.repeat(64 / one.length()));
            assertThat(message(draft, 1)).startsWith("{\"stream\"").endsWith(",\"b\":1}");
        }
    }

    @Test
    void manyAndLargeMessagesGrowIt() {
        Draft draft = new Draft(1, NUMBERING);
        for (int i = 0; i < 100; i++) {
            add(draft, "{\"a\":\"" + "x".repeat(i * 50) + "\"}", i % 3 == 0 ? "i" + i : null);
        }
        assertThat(draft.count()).isEqualTo(100);
        for (int i = 0; i < 100; i++) {
            assertThat(message(draft, i))
                    .startsWith("{\"stream\":\"x\",\"seq\":" + (i + 1) + ",")
                    .endsWith("\"a\":\"" + "x".repeat(i * 50) + "\"}");
            assertThat(draft.id(i)).isEqualTo(i % 3 == 0 ? "i" + i : null);
            assertThat(draft.sender(i)).isNotNull();
        }
    }

    @Test
    void whatTheStoreGetsIsWhatComesBackFromIt() {
        Draft draft = new Draft(5, NUMBERING);
        for (int i = 0; i < 9; i++) {
            add(draft, "{\"a\":" + i + "}", "i" + i);
        }
        StreamBatch batch = draft.batch("x", "e", 77);
        assertThat(batch.firstSeq()).isEqualTo(5);
        assertThat(batch.lastSeq()).isEqualTo(13);
        assertThat(batch.clockMillis()).isEqualTo(77);
        assertThat(batch.length()).isEqualTo(draft.length());
        assertThat(batch.origins()).as("its publishers have no session").isNull();
        Draft back = Draft.of(batch);
        assertThat(back.firstSeq).isEqualTo(5);
        assertThat(back.count()).isEqualTo(9);
        assertThat(back.isNumbered()).isTrue();
        for (int i = 0; i < 9; i++) {
            assertThat(message(back, i)).isEqualTo(message(draft, i));
        }
    }
}
