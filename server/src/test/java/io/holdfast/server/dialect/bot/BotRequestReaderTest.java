package io.holdfast.server.dialect.bot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.stream.Position;
import io.holdfast.server.connection.Hello;
import io.holdfast.server.dialect.ErrorCode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BotRequestReaderTest {
    private final BotRequestReader reader = new BotRequestReader(5, 300);
    private byte[] source = {};

    /** Reads the text from the middle of a larger array, as from a socket's buffer. */
    private BotRequest read(String text) {
        source = ("\"}]x" + text + "\"}]y").getBytes(UTF_8);
        return reader.read(source, 4, source.length - 4);
    }

    private String range(int start, int end) {
        return new String(source, start, end - start, UTF_8);
    }

    private BotRequest.Bad bad(String text) {
        assertThat(read(text)).isInstanceOf(BotRequest.Bad.class);
        return (BotRequest.Bad) read(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", textBlock = """
                    {"event":"message","data":{"a":1}}                     | bot | {"a":1}  | none
                    {"event":"message","data":null,"id":"7","room":"x.y"}  | x.y | null     | 7
                    {"room":"r","x":[],"data":"é","event":"message"}       | r   | "é"      | none
                    {"event":"message","data": [ 1 ,"\\n"] ,"id":null} | bot | [ 1 ,"\\n"] | none
                    {"event":"m\\u0065ssage","data":-1.50e+3}              | bot | -1.50e+3 | none
                    {"event":"message","data":""}                          | bot | ""       | none
                    {"event":"message","data":{"id":7,"id":8}} | bot | {"id":7,"id":8} | none
                    """)
    void aMessageIsTakenWithItsDataAsItStands(String text, String room, String data, String id) {
        assertThat(read(text)).isInstanceOfSatisfying(BotRequest.Message.class, message -> {
            assertThat(message.room()).isEqualTo(room);
            assertThat(message.id()).isEqualTo(id);
            assertThat(range(message.start(), message.end())).isEqualTo(data);
        });
    }

    @Test
    void aDirectMessageNamesItsReceiverBesideTheEvent() {
        assertThat(read("{\"event\":\"direct\",\"to\":\"gate 환 1\",\"id\":\"q\",\"data\":[ ]}"))
                .isInstanceOfSatisfying(BotRequest.Direct.class, direct -> {
                    assertThat(direct.to()).isEqualTo("gate 환 1");
                    assertThat(direct.id()).isEqualTo("q");
                    assertThat(range(direct.start(), direct.end())).isEqualTo("[ ]");
                });
    }

    @Test
    void requestsAboutRoomsAreRead() {
        assertThat(read("{\"event\":\"join\",\"room\":\"x\",\"id\":\"1\"}"))
                .isEqualTo(new BotRequest.Join("x", "1"));
        assertThat(read("{\"event\":\"leave\",\"room\":\"x\",\"data\":{}}"))
                .isEqualTo(new BotRequest.Leave("x", null));
        assertThat(read("{\"event\":\"who\",\"id\":\"q\"}"))
                .isEqualTo(new BotRequest.Who("bot", "q"));
        assertThat(read("{\"event\":\"who\",\"room\":\"x\"}"))
                .isEqualTo(new BotRequest.Who("x", null));
        assertThat(read("{\"event\":\"join\",\"room\":\"deepstream.events\"}"))
                .as("which reserved rooms one may listen to is not the reader's to say")
                .isEqualTo(new BotRequest.Join("deepstream.events", null));
    }

    @Test
    void anAnswerToACommandIsRead() {
        assertThat(read("{\"event\":\"command_result\",\"id\":\"c\",\"data\":{\"status\":\"OK\"}}"))
                .isEqualTo(new BotRequest.CommandResult("c"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', emptyValue = "", textBlock = """
                    {"event":"ping","data":{"id":7,"server_timestamp":1732}} | 7 | 1732
                    {"data":{"server_timestamp":1e3 ,"id" : "\\n" },"event":"ping"} | "\\n" | 1e3
                    {"event":"ping","id":"x","data":{"id":true}}     | true | ``
                    {"event":"ping","id":8 ,"data":{"server_timestamp":null}} | 8 | null
                    {"data":{},"id":9,"event":"ping"}                | 9    | ``
                    {"event":"ping","id":-0}                         | -0   | ``
                    {"event":"ping","id":"","data":null}             | ""   | ``
                    {"event":"ping"}                                 | ``   | ``
                    """)
    void theValuesOfAPingAreFoundWhereTheyStand(String text, String id, String timestamp) {
        assertThat(read(text)).isInstanceOfSatisfying(BotRequest.Ping.class, ping -> {
            assertThat(range(ping.idStart(), ping.idEnd())).isEqualTo(id);
            assertThat(range(ping.timestampStart(), ping.timestampEnd())).isEqualTo(timestamp);
        });
    }

    @Test
    void aPingsValuesHaveAtMost128Bytes() {
        String ping = "{\"event\":\"ping\",\"data\":{\"%s\":\"%s\"}}";
        for (String field : new String[] {"id", "server_timestamp"}) {
            assertThat(read(ping.formatted(field, "é".repeat(63))))
                    .isInstanceOf(BotRequest.Ping.class);
            assertThat(bad(ping.formatted(field, "é".repeat(63) + "x")).reason())
                    .contains("128");
        }
        String beside = "{\"event\":\"ping\",\"id\":%s}";
        assertThat(read(beside.formatted("1".repeat(128)))).isInstanceOf(BotRequest.Ping.class);
        assertThat(read(beside.formatted("1".repeat(129)))).isInstanceOf(BotRequest.Bad.class);
    }

    @Test
    void aPongSaysWhichPingItAnswers() {
        assertThat(read("{\"event\":\"pong\",\"data\":{\"id\":7,\"server_timestamp\":[]}}"))
                .isEqualTo(new BotRequest.Pong(7));
        assertThat(read("{\"event\":\"pong\",\"id\":8}")).isEqualTo(new BotRequest.Pong(8));
        assertThat(read("{\"event\":\"pong\",\"id\":\"x\",\"data\":{\"id\":9}}"))
                .isEqualTo(new BotRequest.Pong(9));
    }

    @Test
    void aHelloSaysWhoTheBotIsAndWhereItWas() {
        assertThat(read("{\"event\":\"hello\",\"data\":{\"client_key\":\"b\"}}"))
                .isEqualTo(new BotRequest.Hello("b", null, Hello.EMPTY, BotFeatures.NONE));
        assertThat(read("{\"event\":\"hello\",\"id\":\"h\",\"data\":{\"client_key\":\"b\","
                        + "\"token\":null,\"session_token\":null,\"features\":null,"
                        + "\"positions\":null}}"))
                .isEqualTo(new BotRequest.Hello("b", null, Hello.EMPTY, BotFeatures.NONE));
        assertThat(read(
                        "{\"event\":\"hello\",\"data\":{\"client_key\":\"Bot 환 🚀\",\"token\":\"t\","
                                + "\"session_token\":\"s\",\"presence\":true,"
                                + "\"features\":[\"gzip\",\"resume\",\"later\"],"
                                + "\"positions\":{\"bot\":{\"epoch\":\"k3f\",\"seq\":41}}}}"))
                .isEqualTo(new BotRequest.Hello(
                        "Bot 환 🚀",
                        "t",
                        new Hello("s", Map.of("bot", new Position("k3f", 41)), true),
                        new BotFeatures(true, false, true)));
    }

    @Test
    void aClientKeyHas1To128Characters() {
        String hello = "{\"event\":\"hello\",\"data\":{\"client_key\":\"%s\"}}";
        assertThat(read(hello.formatted("🚀".repeat(128)))).isInstanceOf(BotRequest.Hello.class);
        assertThat(bad(hello.formatted("🚀".repeat(129))).reason()).contains("client_key", "128");
        assertThat(bad(hello.formatted("")).reason()).contains("client_key");
    }

    @Test
    void aReauthHasOneToken() {
        assertThat(read("{\"event\":\"reauth\",\"data\":{\"session_token\":\"s\"}}"))
                .isEqualTo(new BotRequest.Reauth("s", null));
        assertThat(read("{\"event\":\"reauth\",\"data\":{\"token\":\"t\",\"session_token\":null}}"))
                .isEqualTo(new BotRequest.Reauth(null, "t"));
    }

    @Test
    void noTokenIsShownWhereARequestIsPrinted() {
        for (String text : new String[] {
            "{\"event\":\"hello\",\"data\":{\"client_key\":\"b\",\"token\":\"secret1\","
                    + "\"session_token\":\"secret2\"}}",
            "{\"event\":\"reauth\",\"data\":{\"token\":\"secret1\"}}",
            "{\"event\":\"reauth\",\"data\":{\"session_token\":\"secret2\"}}",
        }) {
            assertThat(read(text).toString()).contains("hidden").doesNotContain("secret");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {}                                                   | event
                    {"data":1}                                           | event
                    {"event":7,"data":1}                                 | event
                    {"event":null}                                       | event
                    {"event":"ping","event":"ping"}                      | "event"
                    {"event":"message"}                                  | data
                    {"event":"message","data":1,"room":"a b"}            | room
                    {"event":"message","data":1,"room":7}                | room
                    {"event":"message","data":1,"room":null}             | room
                    {"event":"message","data":1,"room":""}               | room
                    {"event":"message","data":1,"id":7}                  | id
                    {"event":"message","data":1,"id":""}                 | id
                    {"event":"message","data":1,"id":{}}                 | id
                    {"event":"message","data":1,"id":"\\ud800"}          | id
                    {"event":"message","data":1,"data":2}                | "data"
                    {"event":"message","data":1,"r\\u006fom":"a","room":"b"} | "room"
                    {"event":"direct","data":1}                          | to
                    {"event":"direct","to":"b"}                          | data
                    {"event":"direct","to":"","data":1}                  | to
                    {"event":"direct","to":7,"data":1}                   | to
                    {"event":"direct","to":"\\u0007","data":1}           | to
                    {"event":"direct","data":{"to":"b"}}                 | to
                    {"event":"join"}                                     | room
                    {"event":"join","data":{"room":"x"}}                 | room
                    {"event":"join","room":"ж"}                          | room
                    {"event":"leave"}                                    | room
                    {"event":"who","room":null}                          | room
                    {"event":"command_result","id":7}                    | id
                    {"event":"hello"}                                    | data
                    {"event":"hello","data":"b"}                         | data
                    {"event":"hello","data":null}                        | data
                    {"event":"hello","data":[]}                          | data
                    {"event":"hello","client_key":"b","data":{}}         | client_key
                    {"event":"hello","data":{"client_key":7}}            | client_key
                    {"event":"hello","data":{"client_key":"   "}}        | client_key
                    {"event":"hello","data":{"client_key":"\\ud800"}}    | client_key
                    {"event":"hello","data":{"client_key":"a\\udc00"}}   | client_key
                    {"event":"hello","data":{"client_key":"a\\u0000"}}   | client_key
                    {"event":"hello","data":{"client_key":"a\\nb"}}      | client_key
                    {"event":"hello","data":{"client_key":"a\\u007f"}}   | client_key
                    {"event":"hello","data":{"client_key":"a\\u2028"}}   | client_key
                    {"event":"hello","data":{"client_key":"a\\u2029"}}   | client_key
                    {"event":"hello","data":{"client_key":"a","client_key":"b"}} | client_key
                    {"event":"hello","data":{"client_key":"a","token":7}} | token
                    {"event":"hello","data":{"client_key":"a","session_token":7}} | session_token
                    {"event":"hello","data":{"client_key":"a","positions":[]}} | positions
                    {"event":"hello","data":{"client_key":"a","positions":{"x":1}}} | positions
                    {"event":"hello","data":{"client_key":"a","features":"gzip"}} | features
                    {"event":"hello","data":{"client_key":"a","features":{}}} | features
                    {"event":"hello","data":{"client_key":"a","features":["gzip",7]}} | features
                    {"event":"reauth"}                                   | data
                    {"event":"reauth","data":{}}                         | session_token
                    {"event":"reauth","token":"t","data":{}}             | token
                    {"event":"reauth","data":{"token":7}}                | token
                    {"event":"reauth","data":{"session_token":false}}    | session_token
                    {"event":"reauth","data":{"session_token":"s","token":7}} | token
                    {"event":"reauth","data":{"session_token":"s","token":"t"}} | either
                    {"event":"ping","data":7}                            | data
                    {"event":"ping","id":[]}                             | id
                    {"event":"ping","data":{"id":{}}}                    | id
                    {"event":"ping","data":{"server_timestamp":[1]}}     | server_timestamp
                    {"event":"ping","data":{"id":1,"id":2}}              | "id"
                    {"event":"pong"}                                     | id
                    {"event":"pong","data":[]}                           | data
                    {"event":"pong","data":{}}                           | id
                    {"event":"pong","data":{"id":"7"}}                   | id
                    {"event":"pong","data":{"id":7.0}}                   | id
                    {"event":"pong","data":{"id":1e2}}                   | id
                    {"event":"pong","id":7,"data":{"id":null}}           | id
                    {"event":"pong","data":{"id":9999999999999999999999}} | id
                    """)
    void aWrongFieldIsNamed(String text, String named) {
        BotRequest.Bad bad = bad(text);
        assertThat(bad.code()).isEqualTo(ErrorCode.BAD_MESSAGE);
        assertThat(bad.reason()).contains(named);
    }

    @ParameterizedTest
    @ValueSource(strings = {"deepstream.x", "deepstream.events", "holdfast."})
    void nobodyPublishesIntoTheServersRooms(String room) {
        BotRequest.Bad bad =
                bad("{\"event\":\"message\",\"data\":1,\"id\":\"q\",\"room\":\"" + room + "\"}");
        assertThat(bad.code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(bad.reason()).contains(room);
        assertThat(bad.id()).isEqualTo("q");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "hello", "message", "dance", "join", "hello\",\"data\":{},\"x\":\""})
    void theErrorCarriesTheRequestsIdWhenItHasOne(String event) {
        assertThat(bad("{\"id\":\"q\",\"event\":\"" + event + "\"}").id()).isEqualTo("q");
    }

    @Test
    void anIdHasAtMostSixtyFourCharacters() {
        String request = "{\"event\":\"who\",\"id\":\"%s\"}";
        assertThat(read(request.formatted("i".repeat(64)))).isInstanceOf(BotRequest.Who.class);
        assertThat(bad(request.formatted("i".repeat(65))).id()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "welcome",
                "ack",
                "error",
                "command",
                "presence",
                "gap",
                "session_token",
                "serverShutdown",
                "serverMigration"
            })
    void whatOnlyTheServerSaysIsRefusedAsThat(String event) {
        assertThat(bad("{\"event\":\"" + event + "\",\"data\":{}}").reason())
                .contains("\"" + event + "\" is sent by the server only", "hello, ping, pong");
    }

    @Test
    void anUnknownEventIsNamedWithWhatIsKnown() {
        assertThat(bad("{\"event\":\"Message\"}").reason())
                .startsWith("event \"Message\" is not known; a client may send hello, ping, pong,");
        assertThat(bad("{\"event\":\"\"}").reason()).startsWith("event \"\" is not known");
    }

    @Test
    void anUnknownEventIsShownWithoutWhatWouldHarmALog() {
        assertThat(bad("{\"event\":\"é\\n\\u001b[31m\\\"\\u2028\\ud800 x\"}").reason())
                .startsWith("event \"é\\u{a}\\u{1b}[31m\\u{22}\\u{2028}\\u{d800}\\u{20}x\" is");
        assertThat(bad("{\"event\":\"" + "🚀".repeat(100) + "\"}").reason()).hasSizeLessThan(800);
        assertThat(bad("{\"event\":\"" + "e".repeat(65) + "\"}").reason())
                .startsWith("event \"" + "e".repeat(64) + "…\" is");
    }

    @Test
    void aRequestIsReadAfterAnyOther() {
        read("{\"event\":\"hello\",\"room\":\"x\",\"to\":\"b\",\"data\":{\"client_key\":\"k\"}}");
        assertThat(read("{\"event\":\"who\"}")).isEqualTo(new BotRequest.Who("bot", null));
        assertThat(bad("{\"event\":\"hello\",\"data\":{}}").reason()).contains("client_key");
        read("not JSON");
        assertThat(read("{\"event\":\"pong\",\"id\":8}")).isEqualTo(new BotRequest.Pong(8));
    }
}
