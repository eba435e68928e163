package io.holdfast.server.dialect.bot;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.server.metrics.LimitName;
import java.nio.charset.Charset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BotRequestReaderHostileInputTest {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_STRING = 100_000;

    private final BotRequestReader reader = new BotRequestReader(MAX_DEPTH, MAX_STRING);

    private BotRequest read(byte[] bytes) {
        return reader.read(bytes, 0, bytes.length);
    }

    private BotRequest read(String text) {
        return read(text.getBytes(UTF_8));
    }

    private void assertStillReads() {
        assertThat(read("{\"event\":\"who\"}")).isEqualTo(new BotRequest.Who("bot", null));
    }

    private void assertIsOver(LimitName limit, String text) {
        assertThat(read(text))
                .isInstanceOfSatisfying(
                        BotRequest.OverLimit.class,
                        over -> assertThat(over.limit()).isEqualTo(limit));
        assertStillReads();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "\t",
                "hello",
                "GET / HTTP/1.1",
                "{\"event\":\"ping\"",
                "{\"event\":\"ping\"}}",
                "{\"event\":\"ping\"}{\"event\":\"ping\"}",
                "{'event':'ping'}",
                "{\"event\":\"ping\",}",
                "{\"event\":\"pi\u0000ng\"}",
                "{\"event\":\"pi\nng\"}",
                "{\u0000\"event\":\"ping\"}",
                "\u0000",
                "\u0000\u0000\u0000\u0000",
                "[]",
                "[{\"event\":\"ping\"}]",
                "17",
                "null",
                "\"ping\"",
                "{\"event\":\"message\",\"data\":NaN}",
                "{\"event\":\"message\",\"data\":01}",
                "{\"event\":\"message\",\"data\":\"\\x\"}",
                "{\"event\":\"message\",\"data\":\"\\ud8\"}"
            })
    void whatIsNoJsonObjectIsRefusedAsThat(String text) {
        assertThat(read(text)).isInstanceOf(BotRequest.NotJson.class);
        assertStillReads();
    }

    /** ASCII in UTF-16 is valid UTF-8 with NULs, which a reader that guesses would understand. */
    @Test
    void otherEncodingsAreNotGuessed() {
        String text = "{\"event\":\"message\",\"id\":\"1\",\"data\":[1]}";
        for (Charset other : new Charset[] {
            UTF_16LE, UTF_16BE, Charset.forName("UTF-32LE"), Charset.forName("UTF-32BE")
        }) {
            assertThat(read(text.getBytes(other)))
                    .as("%s", other)
                    .isInstanceOf(BotRequest.NotJson.class);
        }
        assertStillReads();
    }

    @Test
    void aByteOrderMarkDoesNotMoveTheRanges() {
        byte[] bytes = "\ufeff{\"event\":\"message\",\"data\":[1]}".getBytes(UTF_8);
        assertThat(read(bytes))
                .isInstanceOfSatisfying(
                        BotRequest.Message.class,
                        m -> assertThat(new String(bytes, m.start(), m.end() - m.start(), UTF_8))
                                .isEqualTo("[1]"));
    }

    @Test
    void deepJsonIsOverALimitWhereverItStands() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        assertIsOver(LimitName.JSON_DEPTH, deep);
        assertIsOver(LimitName.JSON_DEPTH, "[".repeat(100_000));
        assertIsOver(LimitName.JSON_DEPTH, "{\"a\":".repeat(100_000));
        for (String field : new String[] {"data", "event", "id", "room", "to", "x"}) {
            assertIsOver(
                    LimitName.JSON_DEPTH, "{\"event\":\"message\",\"" + field + "\":" + deep + "}");
        }
        assertIsOver(
                LimitName.JSON_DEPTH,
                "{\"event\":\"hello\",\"data\":{\"client_key\":\"b\",\"features\":" + deep + "}}");
    }

    @Test
    void dataMayBeAsDeepAsTheLimitAllows() {
        int inside = MAX_DEPTH - 1;
        String message = "{\"event\":\"message\",\"data\":%s}";
        assertThat(read(message.formatted("[".repeat(inside) + "]".repeat(inside))))
                .isInstanceOf(BotRequest.Message.class);
        assertIsOver(
                LimitName.JSON_DEPTH,
                message.formatted("[".repeat(inside + 1) + "]".repeat(inside + 1)));
    }

    @Test
    void aNumberOfAMegabyteIsOverALimit() {
        String number = "9".repeat(1_000_000);
        assertIsOver(LimitName.JSON_STRING, number);
        for (String text : new String[] {
            "{\"event\":\"message\",\"data\":%s}",
            "{\"event\":\"message\",\"data\":[%s]}",
            "{\"event\":\"ping\",\"id\":%s}",
            "{\"event\":\"pong\",\"data\":{\"id\":%s}}",
            "{\"event\":\"pong\",\"data\":{\"id\":1e%s}}",
            "{\"event\":\"hello\",\"data\":{\"client_key\":\"b\",\"positions\":"
                    + "{\"bot\":{\"epoch\":\"e\",\"seq\":%s}}}}",
        }) {
            assertIsOver(LimitName.JSON_STRING, text.formatted(number));
        }
    }

    @Test
    void aHugeStringInAFieldOfOursIsOverALimit() {
        String huge = "x".repeat(MAX_STRING + 1);
        assertIsOver(LimitName.JSON_STRING, "{\"event\":\"" + huge + "\"}");
        assertIsOver(LimitName.JSON_STRING, "{\"event\":\"message\",\"data\":\"" + huge + "\"}");
        assertIsOver(
                LimitName.JSON_STRING,
                "{\"event\":\"hello\",\"data\":{\"client_key\":\"b\",\"token\":\"" + huge + "\"}}");
    }

    @Test
    void aHugeNameOfAFieldIsOverALimit() {
        assertIsOver(LimitName.JSON_STRING, "{\"" + "n".repeat(1_000_000) + "\":1}");
    }

    @Test
    void hugeFieldsThatAreNotAskedForAreWrongAtMost() {
        String huge = "x".repeat(MAX_STRING);
        assertThat(read("{\"event\":\"join\",\"room\":\"" + huge + "\"}"))
                .isInstanceOf(BotRequest.Bad.class);
        assertThat(read("{\"event\":\"direct\",\"data\":1,\"to\":\"" + huge + "\"}"))
                .isInstanceOf(BotRequest.Bad.class);
        assertThat(read("{\"event\":\"" + huge + "\"}"))
                .isInstanceOfSatisfying(
                        BotRequest.Bad.class, bad -> assertThat(bad.reason()).hasSizeLessThan(300));
        assertThat(read("{\"event\":\"hello\",\"data\":{\"client_key\":\"b\",\"features\":[\""
                        + huge + "\"]}}"))
                .isInstanceOf(BotRequest.Hello.class);
        assertThat(read("{\"event\":\"hello\",\"data\":{\"client_key\":\"b\",\"session_token\":\""
                        + huge + "\"}}"))
                .isInstanceOf(BotRequest.Bad.class);
        assertThat(read("{\"event\":\"reauth\",\"data\":{\"session_token\":\"" + huge + "\"}}"))
                .isInstanceOf(BotRequest.Bad.class);
    }

    @Test
    void manyDuplicatesAreOneError() {
        assertThat(read("{\"event\":\"message\"" + ",\"data\":1".repeat(100_000) + "}"))
                .isInstanceOfSatisfying(
                        BotRequest.Bad.class,
                        bad -> assertThat(bad.reason()).contains("\"data\"").hasSizeLessThan(100));
        assertThat(read("{\"event\":\"who\"" + ",\"x\":1".repeat(100_000) + "}"))
                .as("of a field that nobody asks for")
                .isEqualTo(new BotRequest.Who("bot", null));
    }

    @Test
    void hugeListsOfFeaturesAreRefused() {
        assertThat(read("{\"event\":\"hello\",\"data\":{\"client_key\":\"b\",\"features\":["
                        + "\"x\",".repeat(100_000) + "\"x\"]}}"))
                .isInstanceOf(BotRequest.Bad.class);
    }

    @Test
    void loneSurrogatesInDataArePassedOnAsTheyStand() {
        byte[] bytes = "{\"event\":\"message\",\"data\":\"\\ud800\"}".getBytes(UTF_8);
        assertThat(read(bytes))
                .isInstanceOfSatisfying(
                        BotRequest.Message.class,
                        m -> assertThat(new String(bytes, m.start(), m.end() - m.start(), UTF_8))
                                .isEqualTo("\"\\ud800\""));
    }

    /** Whatever a mutation of a good line is, it is answered, and its ranges are inside of it. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyMutationOfARequestIsAnswered(long seed) {
        String[] good = {
            "{\"event\":\"message\",\"id\":\"m1\",\"room\":\"bot\",\"data\":[1,\"\\u00e9\"]}",
            "{\"event\":\"direct\",\"to\":\"b\",\"data\":null}",
            "{\"event\":\"ping\",\"data\":{\"id\":7,\"server_timestamp\":1732182000123}}",
            "{\"event\":\"hello\",\"data\":{\"client_key\":\"b\",\"features\":[\"gzip\"],"
                    + "\"positions\":{\"bot\":{\"epoch\":\"e\",\"seq\":1}}}}",
        };
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good[random.nextInt(good.length)].getBytes(UTF_8);
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = random.nextInt(4) == 0
                        ? (byte) random.nextInt(0x80)
                        : bytes[random.nextInt(bytes.length)];
            }
            int to = bytes.length - (random.nextInt(8) == 0 ? random.nextInt(bytes.length) : 0);
            BotRequest request = reader.read(bytes, 0, to);
            String what = "seed " + seed + ", " + new String(bytes, 0, to, UTF_8);
            switch (request) {
                case BotRequest.Message m -> assertRange(what, m.start(), m.end(), to);
                case BotRequest.Direct m -> assertRange(what, m.start(), m.end(), to);
                case BotRequest.Ping p -> {
                    assertThat(p.idEnd()).as(what).isBetween(p.idStart(), to);
                    assertThat(p.timestampEnd()).as(what).isBetween(p.timestampStart(), to);
                }
                default -> assertThat(request).as(what).isNotNull();
            }
        }
    }

    private static void assertRange(String what, int start, int end, int to) {
        assertThat(start).as(what).isPositive();
        assertThat(end).as(what).isGreaterThan(start).isLessThan(to);
    }
}
