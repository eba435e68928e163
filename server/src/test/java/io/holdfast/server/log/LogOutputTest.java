package io.holdfast.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.server.config.LogSettings;
import io.holdfast.server.config.LogSettings.Format;
import io.holdfast.server.config.LogSettings.Threshold;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class LogOutputTest {

    private static final String HOSTILE =
            "a\nb\r\u001b[31mred\u202egnp.exe\u2028\u200b\"\\\u0000\u0085\ud800ж😀";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final EventLog log = new EventLog(LogOutputTest.class);

    @Test
    void aJsonLineHasTheDocumentedFieldsOnTopLevel() {
        try (LogOutput output = start(Threshold.INFO, Format.JSON)) {
            log.info(Event.CONNECTED)
                    .with("seconds", 1.5)
                    .totalConnections(3)
                    .remote("192.0.2.1:4711")
                    .dialect("rooms")
                    .connection("c-1")
                    .client("alice")
                    .write("client connected");
            assertThat(output.dropped()).isZero();
        }
        JsonNode line = JsonMapper.shared().readTree(onlyLine());
        assertThat(line.propertyNames())
                .containsExactly(
                        "time",
                        "level",
                        "event",
                        "message",
                        "client_id",
                        "connection_id",
                        "dialect",
                        "remote",
                        "total_connections",
                        "seconds");
        assertThat(line.get("time").asString())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(line.get("level").asString()).isEqualTo("INFO");
        assertThat(line.get("event").asString()).isEqualTo("connected");
        assertThat(line.get("message").asString()).isEqualTo("[CONNECTED] client connected");
        assertThat(line.get("total_connections").asLong()).isEqualTo(3);
        assertThat(line.get("seconds").asDouble()).isEqualTo(1.5);
    }

    @Test
    void aTextLineIsReadable() {
        try (LogOutput output = start(Threshold.INFO, Format.TEXT)) {
            log.warn(Event.TIMEOUT).client("alice").with("reason", "no pong").write("silent");
            assertThat(output.dropped()).isZero();
        }
        assertThat(onlyLine())
                .matches("\\S+Z WARN  \\[TIMEOUT\\] silent client_id=alice reason=\"no pong\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"JSON", "TEXT"})
    void whatAClientSendsCannotBreakOrDisguiseALine(String format) {
        try (LogOutput output = start(Threshold.INFO, Format.valueOf(format))) {
            log.info(Event.CONNECTED).client(HOSTILE).with(HOSTILE, HOSTILE).write("hello");
            LoggerFactory.getLogger("some.library").warn("peer said {}", HOSTILE);
            assertThat(output.dropped()).isZero();
        }
        assertThat(lines()).hasSize(2);
        assertThat(text())
                .doesNotContain("\r", "\u001b", "\u202e", "\u2028", "\u200b", "\u0000", "\u0085")
                .contains("\\u000a", "\\u001b", "\\u202e", "ж😀");
    }

    @Test
    void aJsonLineGivesHostileTextBackUnchanged() {
        try (LogOutput output = start(Threshold.INFO, Format.JSON)) {
            log.info(Event.CONNECTED).client(HOSTILE).write("hello");
            assertThat(output.dropped()).isZero();
        }
        JsonNode line = JsonMapper.shared().readTree(onlyLine());
        assertThat(line.get("client_id").asString()).isEqualTo(HOSTILE);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyTextBecomesOneValidJsonLine(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (LogOutput output = start(Threshold.INFO, Format.JSON)) {
            for (int i = 0; i < 500; i++) {
                StringBuilder text = new StringBuilder();
                for (int n = random.nextInt(300); n > 0; n--) {
                    text.append((char) random.nextInt(0x10000));
                }
                log.info(Event.LIMIT).client(text.toString()).write("random");
            }
            assertThat(output.dropped()).isZero();
        }
        assertThat(lines())
                .hasSize(500)
                .allSatisfy(
                        line -> assertThat(JsonMapper.shared().readTree(line)).isNotNull());
    }

    @Test
    void longValuesAreCutAndSaySo() {
        try (LogOutput output = start(Threshold.INFO, Format.JSON)) {
            log.info(Event.CONNECTED).client("x".repeat(100_000)).write("hello");
            assertThat(output.dropped()).isZero();
        }
        JsonNode line = JsonMapper.shared().readTree(onlyLine());
        assertThat(line.get("client_id").asString()).isEqualTo("x".repeat(256) + "…(99744 more)");
    }

    @Test
    void theQueryOfATargetIsNotLogged() {
        try (LogOutput output = start(Threshold.INFO, Format.JSON)) {
            log.info(Event.REFUSED).path("/ws/a?token=sesame").write("refused");
            assertThat(output.dropped()).isZero();
        }
        assertThat(onlyLine()).contains("\"path\":\"/ws/a\"").doesNotContain("sesame");
    }

    @Test
    void numbersThatJsonCannotSayBecomeText() {
        try (LogOutput output = start(Threshold.INFO, Format.JSON)) {
            log.info(Event.LIMIT).with("x", Double.NaN).with("y", true).write("n");
            assertThat(output.dropped()).isZero();
        }
        assertThat(onlyLine()).contains("\"x\":\"NaN\",\"y\":true}");
    }

    @Test
    void aDisabledLevelMakesNoLineAndNoObject() {
        try (LogOutput output = start(Threshold.WARN, Format.JSON)) {
            assertThat(log.info(Event.CONNECTED)).isSameAs(EventLine.OFF);
            log.info(Event.CONNECTED).client("alice").cause(new Exception()).write("no");
            output.level(Threshold.DEBUG);
            log.debug(Event.CONNECTED).write("yes");
            LoggerFactory.getLogger("some.library").debug("drowns ours");
        }
        assertThat(onlyLine()).contains("[CONNECTED] yes");
    }

    @Test
    void offMeansSilence() {
        try (LogOutput output = start(Threshold.OFF, Format.JSON)) {
            log.error(Event.INTERNAL_ERROR).write("no");
            LoggerFactory.getLogger("some.library").error("no");
            assertThat(output.dropped()).isZero();
        }
        assertThat(text()).isEmpty();
    }

    @Test
    void anExceptionIsAFieldInJsonAndIndentedInText() {
        Exception failure = new IllegalStateException("x\n2026-01-01T00:00:00.000Z INFO forged");
        try (LogOutput output = start(Threshold.INFO, Format.JSON)) {
            log.error(Event.INTERNAL_ERROR).cause(failure).write("failed");
            assertThat(output.dropped()).isZero();
        }
        assertThat(JsonMapper.shared().readTree(onlyLine()).get("error").asString())
                .contains("IllegalStateException", "LogOutputTest");
        out.reset();
        try (LogOutput output = start(Threshold.INFO, Format.TEXT)) {
            log.error(Event.INTERNAL_ERROR).cause(failure).write("failed");
            assertThat(output.dropped()).isZero();
        }
        assertThat(lines().subList(1, lines().size())).allMatch(line -> line.startsWith("    "));
    }

    @Test
    void aReaderThatHangsNeverStopsWhoeverLogsAndLaterLearnsHowMuchIsMissing() {
        CountDownLatch reads = new CountDownLatch(1);
        OutputStream stuck = new OutputStream() {
            @Override
            public void write(int b) {
                throw new AssertionError("lines are written whole");
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                try {
                    reads.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                out.write(bytes, from, length);
            }
        };
        LogOutput output = LogOutput.start(new LogSettings(Threshold.INFO, Format.JSON), stuck);
        for (int i = 0; i < 2 * BoundedAppender.QUEUE_EVENTS; i++) {
            log.info(Event.CONNECTED).write("flood");
        }
        assertThat(output.dropped()).isGreaterThanOrEqualTo(BoundedAppender.QUEUE_EVENTS);
        long dropped = output.dropped();
        log.warn(Event.LIMIT).write("warnings still fit");
        assertThat(output.dropped()).isEqualTo(dropped);
        reads.countDown();
        await().until(() -> text().contains("warnings still fit"));
        output.close();
        assertThat(text()).contains("\"event\":\"log_dropped\"", "\"count\":" + dropped + "}");
    }

    private LogOutput start(Threshold level, Format format) {
        return LogOutput.start(new LogSettings(level, format), out);
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private List<String> lines() {
        return text().lines().toList();
    }

    private String onlyLine() {
        assertThat(lines()).hasSize(1);
        return lines().getFirst();
    }
}
