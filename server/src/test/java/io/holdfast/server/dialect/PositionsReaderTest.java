package io.holdfast.server.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.stream.Position;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionsReaderTest {
    /** In the texts ' stands for ". */
    private static @Nullable Map<String, Position> read(String text) {
        byte[] bytes = ("?" + text.replace('\'', '"') + "?").getBytes(UTF_8);
        return PositionsReader.read(bytes, 1, bytes.length - 1);
    }

    @Test
    void eachStreamHasAPositionInTheOrderOfTheText() {
        assertThat(read("{}")).isEmpty();
        assertThat(read("{'lobby':{'epoch':'k3f','seq':41}}"))
                .containsExactly(Map.entry("lobby", new Position("k3f", 41)));
        assertThat(read("{'z':{'seq':0,'epoch':'a'},'@me':{'epoch':'b','seq':7}}"))
                .containsExactly(
                        Map.entry("z", new Position("a", 0)),
                        Map.entry("@me", new Position("b", 7)));
    }

    @Test
    void fieldsThatAreNotKnownAreSkippedWhateverTheyHold() {
        assertThat(read("{'x':{'a':[{'seq':1}],'epoch':'e','b':{'epoch':'f'},'seq':2,'c':null}}"))
                .containsExactly(Map.entry("x", new Position("e", 2)));
    }

    @Test
    void namesAreTakenAsTheyMean() {
        assertThat(read("{'caf\\u00e9':{'\\u0065poch':'\\u0065','seq':2}}"))
                .containsExactly(Map.entry("café", new Position("e", 2)));
    }

    /** ASCII in another encoding is valid UTF-8 too, with NULs. */
    @Test
    void otherEncodingsAreNotGuessed() {
        assertThat(read("{\0}\0")).isNull();
    }

    @Test
    void numbersGoUpToTheLargestSeq() {
        assertThat(read("{'x':{'epoch':'e','seq':" + Limits.MAX_SEQ + "}}"))
                .containsEntry("x", new Position("e", Limits.MAX_SEQ));
        assertThat(read("{'x':{'epoch':'e','seq':" + (Limits.MAX_SEQ + 1) + "}}"))
                .isNull();
    }

    @Test
    void anEpochHasAtMost64Characters() {
        String text = "{'x':{'epoch':'%s','seq':1}}";
        assertThat(read(text.formatted("e".repeat(64)))).hasSize(1);
        assertThat(read(text.formatted("e".repeat(65)))).isNull();
    }

    @Test
    void soManyStreamsMayBeNamedAndNoMore() {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < PositionsReader.MAX_POSITIONS; i++) {
            text.append("'s").append(i).append("':{'epoch':'e','seq':1},");
        }
        text.setLength(text.length() - 1);
        assertThat(read(text + "}")).hasSize(PositionsReader.MAX_POSITIONS);
        assertThat(read(text + ",'more':{'epoch':'e','seq':1}}")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "7",
                "[]",
                "'x'",
                "{",
                "{'x'",
                "{'x':",
                "{'x':7}",
                "{'x':null}",
                "{'x':[]}",
                "{'x':{}}",
                "{'x':{'epoch':'e'}}",
                "{'x':{'seq':1}}",
                "{'x':{'epoch':'','seq':1}}",
                "{'x':{'epoch':7,'seq':1}}",
                "{'x':{'epoch':null,'seq':1}}",
                "{'x':{'epoch':'e','seq':'1'}}",
                "{'x':{'epoch':'e','seq':-1}}",
                "{'x':{'epoch':'e','seq':1.0}}",
                "{'x':{'epoch':'e','seq':1e3}}",
                "{'x':{'epoch':'e','seq':9223372036854775807}}",
                "{'x':{'epoch':'e','seq':99999999999999999999}}",
                "{'x':{'epoch':'e','seq':1}",
                "{'x':{'epoch':'e','seq':1},}"
            })
    void whatIsNotAPositionForEachStreamIsNothing(String text) {
        assertThat(read(text)).isNull();
    }

    @Test
    void bytesAtRandomDoNoHarm() {
        byte[] good = "{\"lobby\":{\"epoch\":\"k3f\",\"seq\":41},\"a\":{\"epoch\":\"b\",\"seq\":1}}"
                .getBytes(UTF_8);
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = good.clone();
            for (int j = random.nextInt(3); j >= 0; j--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            Map<String, Position> read =
                    PositionsReader.read(bad, 0, 1 + random.nextInt(bad.length));
            assertThat(read == null || read.size() <= 2).as("round %d", i).isTrue();
        }
    }
}
