package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.Json;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients say to each other arrives as they said it. */
class RoomsForwardingIT {
    @RegisterExtension
    static final RunningServer server = RunningServer.with(Settings.QUIET);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "null",
                "true",
                "\"plain\"",
                "1e400",
                "-0.0",
                "1.000",
                "123456789012345678901234567890.5",
                "{\"a\" : 1 ,\n\t\"a\":2}",
                "[ 1,2 , [ ] , { } ]",
                "\"\\u0041\\/\\b\\ud83d\\ude00\"",
                "\"😀 ґ 환영 \u2028\"",
                "\"\\ud800\"",
                "{\"type\":\"ping\"}",
                "{\"\":{\"type\":\"direct\",\"to\":\"x\"}}",
            })
    void dataIsForwardedByteForByte(String data) {
        var clients = server.joinAll("ann", "bob");
        clients.get(0).send("{ \"data\" : " + data + " , \"type\" : \"message\" }");

        assertThat(clients.get(1).inbox().nextText()).contains("\"data\":" + data + ",\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1, 2 ,3]",
                "17",
                "1e400",
                "\"a string\"",
                "null",
                "{\"type\":\"banana\",\"x\" : 1}",
                "{\"type\":5}",
                "{\"no\":\"type\"}",
                "{}",
            })
    void otherJsonIsOneMessageWithThatValue(String text) {
        var clients = server.joinAll("ann", "bob");
        var ack = clients.get(0).ask(text, "ack");

        assertThat(ack.path("status").asString()).isEqualTo("ok");
        var raw = clients.get(1).inbox().nextText();
        assertThat(raw).contains("\"data\":" + text + ",\"");
        assertThat(Json.parse(raw).path("room").asString()).isEqualTo("lobby");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "say \"hi\" \\ and \t tab",
                "{\"type\":\"message\"",
                "NaN",
                "[1,2",
                "01",
                "'single'",
                "привіт 😀",
                "{\"type\":\"ping\"} trailing",
            })
    void textThatIsNotJsonIsOneMessageWithThatText(String text) {
        var clients = server.joinAll("ann", "bob");
        clients.get(0).ask(text, "ack");

        assertThat(clients.get(1).next("message").path("data").asString()).isEqualTo(text);
    }

    @Test
    void controlCharactersInTextAreEscaped() {
        var clients = server.joinAll("ann", "bob");
        clients.get(0).ask("bell\u0007 null\u0000 line\n", "ack");

        assertThat(clients.get(1).next("message").path("data").asString())
                .isEqualTo("bell\u0007 null\u0000 line\n");
    }

    @Test
    void directDataIsForwardedByteForByteToo() {
        var clients = server.joinAll("ann", "bob");
        clients.get(0)
                .send(
                        "{\"type\":\"direct\",\"to\":\"bob\",\"data\":{\"n\" : 1E+2,\"n\":\"\\u00e9\"}}");

        assertThat(clients.get(1).inbox().nextText())
                .contains("\"type\":\"direct\"")
                .contains("\"data\":{\"n\" : 1E+2,\"n\":\"\\u00e9\"}");
    }

    @Test
    void aMessageOfTheLargestSizeArrives() {
        var clients = server.joinAll("ann", "bob");
        var envelope = "{\"type\":\"message\",\"data\":[\"\"]}";
        clients.get(0)
                .send(envelope.replace(
                        "\"\"", "\"" + "x".repeat((1 << 20) - envelope.length()) + "\""));

        assertThat(clients.get(1).next("message").path("data").path(0).asString())
                .hasSize((1 << 20) - envelope.length());
    }
}
