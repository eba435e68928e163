package io.holdfast.server.dialect.bot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.stream.Gap;
import io.holdfast.protocol.stream.Recovery;
import io.holdfast.server.connection.Arrival;
import io.holdfast.server.json.JsonText;
import io.holdfast.server.room.Joined;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What is written is read back by another JSON library, which refuses names that come twice. */
class BotMessagesTest {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    /** Everything that has to be escaped, and some that does not. */
    private static final String ODD = "a\"b\\c\n\r\t\u0000\u001f é 환 🚀 \u2028 </x>";

    private final JsonText out = new JsonText();

    /** In {@code json}, ' stands for ". */
    private void assertWritten(String json) {
        String line = new String(out.toBytes(), UTF_8);
        assertThat(line).doesNotContain("\n", "\r");
        assertThat(MAPPER.readTree(line)).isEqualTo(MAPPER.readTree(json.replace('\'', '"')));
    }

    private static String quoted(String text) {
        return MAPPER.writeValueAsString(text).replace("'", "\\u0027");
    }

    private static Map<String, Joined> streams() {
        Map<String, Joined> streams = new LinkedHashMap<>();
        streams.put("bot", new Joined("k3f", 57, new Recovery(47, 10, Gap.between(42, 47))));
        streams.put("x", new Joined("old", 3, new Recovery(3, 0, Gap.because(Gap.EPOCH))));
        streams.put("@b", new Joined("k3g", 0, new Recovery(0, 0, null)));
        return streams;
    }

    private void welcome(Arrival arrival, boolean draining, Duration pingInterval) {
        BotMessages.welcome(
                out,
                ODD,
                arrival,
                draining,
                Duration.ofHours(1),
                pingInterval,
                new BotFeatures(true, true, true));
    }

    @Test
    void aNewBotIsToldWhereItsStreamsBegin() {
        welcome(
                new Arrival(false, false, "t0k", streams(), List.of()),
                false,
                Duration.ofSeconds(30));
        assertWritten("{'event':'welcome','data':{'client_key':" + quoted(ODD)
                + ",'session_token':'t0k','expires_in':3600,'ping_interval':30,"
                + "'features':['gzip','length-prefixed','resume'],"
                + "'streams':{'bot':{'epoch':'k3f','seq':57},'x':{'epoch':'old','seq':3},"
                + "'@b':{'epoch':'k3g','seq':0}}}}");
    }

    @Test
    void aBotThatReturnsIsToldWhatItGetsAndWhatItDoesNot() {
        welcome(
                new Arrival(true, true, "t0k", streams(), List.of("y")),
                true,
                Duration.ofMillis(1500));
        assertWritten("{'event':'welcome','data':{'client_key':" + quoted(ODD)
                + ",'session_token':'t0k','expires_in':3600,'ping_interval':2,"
                + "'features':['gzip','length-prefixed','resume'],"
                + "'status':'ok','session_restored':true,'server_status':'shutting_down',"
                + "'streams':{"
                + "'bot':{'epoch':'k3f','head':57,'recovered':10,'gap':{'from':42,'to':47}},"
                + "'x':{'epoch':'old','head':3,'recovered':0,'gap':{'reason':'epoch'}},"
                + "'@b':{'epoch':'k3g','head':0,'recovered':0}}}}");
    }

    @Test
    void aBotWhoseSessionIsGoneIsToldSo() {
        welcome(new Arrival(true, false, "t0k", Map.of(), List.of()), false, Duration.ofSeconds(1));
        assertWritten("{'event':'welcome','data':{'client_key':" + quoted(ODD)
                + ",'session_token':'t0k','expires_in':3600,'ping_interval':1,"
                + "'features':['gzip','length-prefixed','resume'],"
                + "'status':'ok','session_restored':false,'server_status':'running',"
                + "'streams':{}}}");
    }

    @Test
    void aPingHasAnIdAndATime() {
        BotMessages.ping(out, 7, 1732182000123L);
        assertWritten("{'event':'ping','data':{'id':7,'server_timestamp':1732182000123}}");
    }

    @Test
    void aPongHasTheValuesOfThePingByteForByte() {
        assertPong(
                "{\"event\":\"ping\",\"data\":{\"id\": 1e+3,\"server_timestamp\":\"\\u0061é\" }}",
                "{\"event\":\"pong\",\"data\":{\"id\":1e+3,\"server_timestamp\":\"\\u0061é\"}}");
        assertPong(
                "{\"event\":\"ping\",\"data\":{\"server_timestamp\":null}}",
                "{\"event\":\"pong\",\"data\":{\"server_timestamp\":null}}");
        assertPong("{\"event\":\"ping\",\"id\":-0}", "{\"event\":\"pong\",\"data\":{\"id\":-0}}");
        assertPong("{\"event\":\"ping\"}", "{\"event\":\"pong\",\"data\":{}}");
    }

    private void assertPong(String ping, String pong) {
        byte[] bytes = ("?" + ping).getBytes(UTF_8);
        BotRequest request = new BotRequestReader(8, 100).read(bytes, 1, bytes.length);
        assertThat(request).isInstanceOf(BotRequest.Ping.class);
        BotMessages.pong(out, bytes, (BotRequest.Ping) request);
        assertThat(new String(out.toBytes(), UTF_8)).isEqualTo(pong);
    }

    @Test
    void anAckHasAPlaceOnlyWhereThereIsOne() {
        BotMessages.ack(out, "m1", "ok", "bot", 5);
        assertWritten("{'event':'ack','id':'m1','stream':'bot','seq':5,'data':{'status':'ok'}}");
        BotMessages.ack(out, ODD, "queued", "@b", 0);
        assertWritten("{'event':'ack','id':" + quoted(ODD) + ",'data':{'status':'queued'}}");
        BotMessages.ack(out, null);
        assertWritten("{'event':'ack','data':{'status':'ok'}}");
    }

    @Test
    void aJoinIsAckedWithWhereTheRoomStands() {
        BotMessages.joined(out, "j", "x.y", new Joined("k3f", 0, new Recovery(0, 0, null)));
        assertWritten("{'event':'ack','id':'j','stream':'x.y','seq':0,"
                + "'data':{'status':'ok','epoch':'k3f'}}");
    }

    @ParameterizedTest
    @EnumSource
    void anErrorHasItsCodeAndTheRequestsId(BotError error) {
        BotMessages.error(out, error, ODD, "m1", 3);
        assertWritten("{'event':'error','id':'m1','data':{'code':'" + error.wireName()
                + "','message':" + quoted(ODD) + ",'retry_after':3,'id':'m1'}}");
        BotMessages.error(out, error, "x", null, 0);
        assertWritten("{'event':'error','data':{'code':'" + error.wireName() + "','message':'x'}}");
    }

    @Test
    void presenceListsTheClients() {
        BotMessages.presence(out, "bot", List.of("a", ODD), 17, "q");
        assertWritten("{'event':'presence','id':'q','room':'bot','data':{'clients':['a',"
                + quoted(ODD) + "],'count':17}}");
        BotMessages.presence(out, "bot", List.of(), 0, null);
        assertWritten("{'event':'presence','room':'bot','data':{'clients':[],'count':0}}");
    }

    @Test
    void aGapHasItsBounds() {
        BotMessages.gap(out, "bot", 3, 9);
        assertWritten("{'event':'gap','stream':'bot','data':{'from':3,'to':9}}");
    }

    @Test
    void aFreshTokenSaysHowLongItIsValid() {
        BotMessages.sessionToken(out, "t0k", Duration.ofMinutes(1));
        assertWritten("{'event':'session_token','data':{'session_token':'t0k','expires_in':60}}");
    }

    @Test
    void theServerSaysThatItGoesAndWhere() {
        BotMessages.serverShutdown(out, ODD, 60);
        assertWritten("{'event':'serverShutdown','data':{'reason':" + quoted(ODD)
                + ",'reconnect_after':60}}");
        BotMessages.serverMigration(out, "b.example", 9000, 30);
        assertWritten("{'event':'serverMigration','data':{'new_host':'b.example',"
                + "'new_port':9000,'migrate_after':30}}");
    }
}
