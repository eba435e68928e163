package io.holdfast.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.websocket.OpeningHandshake.Accepted;
import io.holdfast.protocol.websocket.OpeningHandshake.NotRequested;
import io.holdfast.protocol.websocket.OpeningHandshake.Outcome;
import io.holdfast.protocol.websocket.OpeningHandshake.Refused;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpeningHandshakeTest {

    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private final Map<String, List<String>> headers = new HashMap<>(Map.of(
            "Upgrade", List.of("websocket"),
            "Connection", List.of("Upgrade"),
            "Sec-WebSocket-Version", List.of("13"),
            "Sec-WebSocket-Key", List.of(KEY)));

    @Test
    void theExampleOfTheRfcIsAccepted() {
        assertThat(judged("GET")).isEqualTo(new Accepted("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", null));
    }

    @Test
    void tokensMayStandInListsAndInAnyCase() {
        headers.put("Upgrade", List.of("h2c, WebSocket"));
        headers.put("Connection", List.of("keep-alive", "foo ,upgrade"));

        assertThat(judged("GET")).isInstanceOf(Accepted.class);
    }

    @Test
    void withoutAnUpgradeToWebSocketTheRequestIsAnOrdinaryOne() {
        headers.put("Upgrade", List.of("h2c"));
        assertThat(judged("GET")).isEqualTo(new NotRequested());
        headers.remove("Upgrade");
        assertThat(judged("POST")).isEqualTo(new NotRequested());
    }

    @Test
    void anotherMethodIsRefusedWith405() {
        assertThat(refused("POST").status()).isEqualTo(405);
        assertThat(refused("POST").headers()).containsEntry("Allow", "GET");
    }

    @Test
    void aMissingConnectionHeaderIsRefusedWith400() {
        headers.put("Connection", List.of("keep-alive"));

        assertThat(refused("GET").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8", "0", "13, 8", "013", ""})
    void anotherVersionIsRefusedWith426AndTheVersionSpoken(String version) {
        headers.put("Sec-WebSocket-Version", List.of(version));

        assertThat(refused("GET").status()).isEqualTo(426);
        assertThat(refused("GET").headers()).containsEntry("Sec-WebSocket-Version", "13");
    }

    @Test
    void aMissingVersionIsRefusedWith426() {
        headers.remove("Sec-WebSocket-Version");

        assertThat(refused("GET").status()).isEqualTo(426);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "dGhlIHNhbXBsZSBub25jZQ",
                "dGhlIHNhbXBsZSBub25jZQ=",
                "dGhlIHNhbXBsZSBub25jZQ===",
                "dGhlIHNhbXBsZSBub25jZTE=",
                "dGhlIHNhbXBsZSBub2*jZQ==",
                "dGhlIHNhbXBsZSBub25=ZQ==",
            })
    void aKeyThatIsNot16BytesInBase64IsRefusedWith400(String key) {
        headers.put("Sec-WebSocket-Key", List.of(key));

        assertThat(refused("GET").status()).isEqualTo(400);
    }

    @Test
    void twoKeysAndNoKeyAreRefusedWith400() {
        headers.put("Sec-WebSocket-Key", List.of(KEY, KEY));
        assertThat(refused("GET").status()).isEqualTo(400);
        headers.remove("Sec-WebSocket-Key");
        assertThat(refused("GET").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "holdfast.v1",
                "chat, holdfast.v1",
                " holdfast.v1\t, superchat",
                "chat | holdfast.v1",
                "holdfast.v1, chat | superchat",
                "holdfast.v1 | holdfast.v1",
                ",,@, \u00e9 ,holdfast.v1",
            })
    void theSubprotocolIsChosenWhereverItIsOffered(String offers) {
        headers.put("Sec-WebSocket-Protocol", List.of(offers.split(" \\| ")));

        assertThat(accepted().subprotocol()).isEqualTo("holdfast.v1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "chat",
                "chat, holdfast.v2",
                "Holdfast.v1",
                "holdfast.v1.1",
                "xholdfast.v1",
                "holdfast .v1",
                "\"holdfast.v1\"",
                "holdfast.v1; q=1",
                "chat | superchat",
            })
    void otherAndMalformedSubprotocolsAreIgnoredAndTheHandshakeGoesOnWithout(String offers) {
        headers.put("Sec-WebSocket-Protocol", List.of(offers.split(" \\| ")));

        assertThat(accepted().subprotocol()).isNull();
    }

    private Accepted accepted() {
        Outcome outcome = judged("GET");
        assertThat(outcome).isInstanceOf(Accepted.class);
        return (Accepted) outcome;
    }

    private Refused refused(String method) {
        Outcome outcome = judged(method);
        assertThat(outcome).isInstanceOf(Refused.class);
        return (Refused) outcome;
    }

    private Outcome judged(String method) {
        return OpeningHandshake.validate(method, name -> headers.getOrDefault(name, List.of()));
    }
}
