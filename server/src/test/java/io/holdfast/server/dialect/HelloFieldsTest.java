package io.holdfast.server.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.stream.Position;
import io.holdfast.server.connection.Hello;
import io.holdfast.server.json.JsonObjectReader;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelloFieldsTest {
    private final HelloFields fields = new HelloFields(2, 0, 1);
    private final JsonObjectReader json =
            new JsonObjectReader(10, 1_000, "positions", "presence", "session_token");

    /** In the texts ' stands for ". */
    private HelloFields.Result read(String text) {
        // Not at the beginning of its array: the reader's ranges are those of the array.
        byte[] bytes = ("????" + text.replace('\'', '"') + "??").getBytes(UTF_8);
        assertThat(json.read(bytes, 4, bytes.length - 2)).isEqualTo(JsonObjectReader.Kind.OBJECT);
        return fields.read(json, bytes);
    }

    private Hello valid(String text) {
        assertThat(read(text)).isInstanceOf(HelloFields.Result.Valid.class);
        return ((HelloFields.Result.Valid) read(text)).hello();
    }

    @Test
    void theFirstTimeThereIsNothingToSay() {
        assertThat(valid("{}")).isEqualTo(Hello.EMPTY);
        assertThat(valid("{'positions':null,'presence':null,'session_token':null}"))
                .isEqualTo(Hello.EMPTY);
        assertThat(valid("{'positions':{}}").returns()).isFalse();
    }

    @Test
    void aTokenOrAPositionSaysThatItHasBeenHere() {
        Hello token = valid("{'session_token':'t\\u0031'}");
        assertThat(token.token()).isEqualTo("t1");
        assertThat(token.returns()).isTrue();
        Hello positions = valid("{'x':1,'positions':{'lobby':{'epoch':'k3f','seq':41}},'y':2}");
        assertThat(positions.positions()).isEqualTo(Map.of("lobby", new Position("k3f", 41)));
        assertThat(positions.token()).isNull();
        assertThat(positions.returns()).isTrue();
    }

    @Test
    void presenceIsWantedOnlyByWhoSaysTrue() {
        assertThat(valid("{'presence':true}").presence()).isTrue();
        assertThat(valid("{'presence':false}").presence()).isFalse();
        assertThat(valid("{'presence':'true'}").presence()).isFalse();
        assertThat(valid("{'presence':1}").presence()).isFalse();
    }

    @Test
    void aTokenHasAtMost256Characters() {
        assertThat(valid("{'session_token':'" + "t".repeat(256) + "'}").token()).hasSize(256);
        assertThat(read("{'session_token':'" + "t".repeat(257) + "'}"))
                .isInstanceOf(HelloFields.Result.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'session_token':1}",
                "{'session_token':true}",
                "{'session_token':{}}",
                "{'session_token':['t']}"
            })
    void aTokenThatIsNoStringIsNamed(String text) {
        assertThat(read(text))
                .isInstanceOfSatisfying(
                        HelloFields.Result.Invalid.class,
                        invalid -> assertThat(invalid.reason()).contains("session_token"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'positions':1}",
                "{'positions':'lobby'}",
                "{'positions':[]}",
                "{'positions':{'lobby':41}}",
                "{'positions':{'lobby':{'epoch':'e'}}}"
            })
    void positionsThatAreNoneAreNamed(String text) {
        assertThat(read(text))
                .isInstanceOfSatisfying(
                        HelloFields.Result.Invalid.class,
                        invalid -> assertThat(invalid.reason()).contains("positions"));
    }
}
