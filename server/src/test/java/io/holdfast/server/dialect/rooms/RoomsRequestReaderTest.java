package io.holdfast.server.dialect.rooms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.stream.Position;
import io.holdfast.server.connection.Hello;
import io.holdfast.server.dialect.ErrorCode;
import io.holdfast.server.metrics.LimitName;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoomsRequestReaderTest {
    private final RoomsRequestReader reader = new RoomsRequestReader(4, 200);

    private RoomsRequest read(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return reader.read(bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", textBlock = """
                    {"type":"message","data":{"a":1}}                      | lobby | {"a":1}  | none
                    {"type":"message","data":null,"id":"7","room":"x.y"}   | x.y   | null     | 7
                    {"room":"r","x":[],"data":"é","type":"message"}        | r     | "é"      | none
                    {"type":"unknown","data":1}                            | lobby | whole    | none
                    {"type":17}                                            | lobby | whole    | none
                    {"data":1}                                             | lobby | whole    | none
                    [1,2]                                                  | lobby | whole    | none
                    "text"                                                 | lobby | whole    | none
                    17                                                     | lobby | whole    | none
                    """)
    void aMessageIsTakenWithItsDataAsItStands(String text, String room, String data, String id) {
        assertThat(read(text)).isInstanceOfSatisfying(RoomsRequest.Message.class, message -> {
            assertThat(message.room()).isEqualTo(room);
            assertThat(message.id()).isEqualTo(id);
            byte[] bytes = text.getBytes(UTF_8);
            assertThat(new String(bytes, message.start(), message.end() - message.start(), UTF_8))
                    .isEqualTo(data.equals("whole") ? text : data);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "", "{\"type\":\"message\",", "{'type':'join'}", "[1"})
    void whatIsNoJsonIsAMessageOfThatText(String text) {
        assertThat(read(text)).isEqualTo(new RoomsRequest.PlainText());
    }

    @Test
    void theOtherRequestsOfTheTableAreRead() {
        assertThat(read("{\"type\":\"join\",\"room\":\"x\",\"id\":\"1\"}"))
                .isEqualTo(new RoomsRequest.Join("x", "1"));
        assertThat(read("{\"type\":\"leave\",\"room\":\"x\"}"))
                .isEqualTo(new RoomsRequest.Leave("x", null));
        assertThat(read("{\"type\":\"who\"}")).isEqualTo(new RoomsRequest.Who("lobby", null));
        assertThat(read("{\"type\":\"who\",\"room\":\"x\"}"))
                .isEqualTo(new RoomsRequest.Who("x", null));
        assertThat(read("{\"type\":\"ping\",\"id\":17}")).isEqualTo(new RoomsRequest.Ping());
        assertThat(read("{\"type\":\"direct\",\"to\":\"b\",\"data\":[ ]}"))
                .isEqualTo(new RoomsRequest.Direct("b", 33, 36, null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"type":"message"}                                | BAD_MESSAGE
                    {"type":"message","data":1,"room":"a b"}          | BAD_MESSAGE
                    {"type":"message","data":1,"room":7}              | BAD_MESSAGE
                    {"type":"message","data":1,"room":""}             | BAD_MESSAGE
                    {"type":"message","data":1,"id":7}                | BAD_MESSAGE
                    {"type":"message","data":1,"id":""}               | BAD_MESSAGE
                    {"type":"message","data":1,"data":2}              | BAD_MESSAGE
                    {"type":"message","data":1,"room":"deepstream.x"} | FORBIDDEN
                    {"type":"message","data":1,"room":"holdfast.x"}   | FORBIDDEN
                    {"type":"direct","data":1}                        | BAD_MESSAGE
                    {"type":"direct","to":"b"}                        | BAD_MESSAGE
                    {"type":"direct","to":"","data":1}                | BAD_MESSAGE
                    {"type":"join"}                                   | BAD_MESSAGE
                    {"type":"join","room":"ж"}                        | BAD_MESSAGE
                    {"type":"leave"}                                  | BAD_MESSAGE
                    {"type":"who","room":null}                        | BAD_MESSAGE
                    """)
    void aRequestWithWrongFieldsIsAnError(String text, ErrorCode code) {
        assertThat(read(text))
                .isInstanceOfSatisfying(
                        RoomsRequest.Bad.class, bad -> assertThat(bad.code()).isEqualTo(code));
    }

    @Test
    void theErrorCarriesTheRequestsIdWhenItHasOne() {
        assertThat(read("{\"type\":\"join\",\"id\":\"q\"}"))
                .isInstanceOfSatisfying(
                        RoomsRequest.Bad.class, bad -> assertThat(bad.id()).isEqualTo("q"));
    }

    @Test
    void anIdHasAtMostSixtyFourCharacters() {
        String request = "{\"type\":\"who\",\"id\":\"%s\"}";
        assertThat(read(request.formatted("i".repeat(64)))).isInstanceOf(RoomsRequest.Who.class);
        assertThat(read(request.formatted("i".repeat(65)))).isInstanceOf(RoomsRequest.Bad.class);
    }

    @Test
    void jsonBeyondALimitNamesTheLimit() {
        assertThat(read("[[[[[]]]]]"))
                .isEqualTo(new RoomsRequest.OverLimit(
                        LimitName.JSON_DEPTH, "the JSON is nested deeper than 4 levels"));
        assertThat(read("{\"type\":\"message\",\"data\":\"" + "x".repeat(201) + "\"}"))
                .isInstanceOfSatisfying(
                        RoomsRequest.OverLimit.class,
                        over -> assertThat(over.limit()).isEqualTo(LimitName.JSON_STRING));
    }

    private RoomsRequest hello(String text) {
        byte[] bytes = text.replace('\'', '"').getBytes(UTF_8);
        return reader.readHello(bytes, 0, bytes.length);
    }

    @Test
    void aHelloSaysWhereTheClientWas() {
        assertThat(hello("{'type':'hello'}")).isEqualTo(new RoomsRequest.Greeting(Hello.EMPTY));
        assertThat(hello("{'type':'hello','session_token':null,'positions':null}"))
                .isEqualTo(new RoomsRequest.Greeting(Hello.EMPTY));
        assertThat(hello("{'type':'hello','session_token':'t','presence':true,"
                        + "'positions':{'lobby':{'epoch':'k3f','seq':41}}}"))
                .isEqualTo(new RoomsRequest.Greeting(
                        new Hello("t", Map.of("lobby", new Position("k3f", 41)), true)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hi",
                "[]",
                "{}",
                "{'type':'message','data':1}",
                "{'type':'hello','type':'hello'}",
                "{'type':'hello','session_token':1}",
                "{'type':'hello','positions':'lobby'}",
                "{'type':'hello','positions':{'lobby':7}}"
            })
    void whatIsNoHelloIsAnErrorAndNoMessageToTheLobby(String text) {
        assertThat(hello(text))
                .isInstanceOfSatisfying(
                        RoomsRequest.Bad.class,
                        bad -> assertThat(bad.code()).isEqualTo(ErrorCode.BAD_MESSAGE));
    }

    @Test
    void aHelloInTheWrongPlaceIsNotPublishedWithItsToken() {
        assertThat(read("{\"type\":\"hello\",\"session_token\":\"secret\"}"))
                .isInstanceOfSatisfying(
                        RoomsRequest.Bad.class,
                        bad -> assertThat(bad.code()).isEqualTo(ErrorCode.BAD_MESSAGE));
    }
}
