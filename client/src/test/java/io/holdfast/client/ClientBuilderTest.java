package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.reconnect.Preset;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientBuilderTest {
    private static String address(ClientBuilder builder) {
        return builder.options().endpoint().toString();
    }

    @Test
    void anAddressWithoutAPathGetsTheDialectsOwn() {
        assertThat(address(HoldfastClient.browser().url("ws://h"))).isEqualTo("ws://h:80/ws");
        assertThat(address(HoldfastClient.feed().url("wss://h/").clientId("a")))
                .isEqualTo("wss://h:443/ws/a");
        assertThat(address(HoldfastClient.feed().url("ws://[::1]:8000/ws").clientId("a")))
                .isEqualTo("ws://::1:8000/ws/a");
        assertThat(address(HoldfastClient.deepstream().url("ws://h").clientId("cam 7")))
                .isEqualTo("ws://h:80/deepstream/ws");
        assertThat(address(HoldfastClient.bot().url("tls://h:9000").clientId("b")))
                .isEqualTo("tls://h:9000");
        ClientBuilder asked = HoldfastClient.feed().url("ws://h/a?token=secret").raw();
        assertThat(asked.options().endpoint().pathAndQuery()).isEqualTo("/a?token=secret");
        assertThat(address(asked)).as("what a log shows").isEqualTo("ws://h:80/a?…");
    }

    @Test
    void presetsAreTheTableOfTheSpecification() {
        assertThat(HoldfastClient.browser().url("ws://h").options().settings().reconnect())
                .isEqualTo(Preset.BROWSER.policy());
        assertThat(HoldfastClient.bot()
                        .url("tcp://h:1")
                        .clientId("b")
                        .options()
                        .settings()
                        .reconnect())
                .isEqualTo(Preset.BOT.policy());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "h", "http://h", "tcp://h:1", "ws://", "ws://h:0", "ws://h/ї", "ws:// h"
            })
    void aWrongAddressIsToldInOneSentence(String url) {
        assertThatThrownBy(() -> HoldfastClient.feed().url(url).options())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("The address " + url)
                .hasMessageEndingWith(".");
    }

    @ParameterizedTest
    @CsvSource({
        "http://h/ws?token=secret, http://h/ws?…",
        "ws:// h?token=secret, ws:// h?…",
        "ws://h/ї?token=secret, ws://h/ї?…",
        "ws://u:secret@h, ws://…@h",
        "ws://u:se cret@h?a, ws://…@h?…",
        "u:secret@h, …@h",
        "ws://u:sec@ret@h, ws://…@h",
        "ws://u:sec?ret@h, ws://…"
    })
    void whatMayBeASecretInAWrongAddressIsNotShown(String url, String shown) {
        assertThatThrownBy(() -> HoldfastClient.feed().url(url).options())
                .hasMessageStartingWith("The address " + shown + " ")
                .hasNoCause();
    }

    @Test
    void aTokenInThePathThatAClientIdLeavesNoPlaceForIsNotShown() {
        assertThatThrownBy(() -> HoldfastClient.feed()
                        .url("ws://h/a?token=secret")
                        .clientId("b")
                        .options())
                .hasMessageContaining("the path /a?… and")
                .hasMessageNotContaining("secret");
    }

    @Test
    void optionsThatDoNotFitAreToldBeforeAnythingIsOpened() {
        assertThatThrownBy(() -> HoldfastClient.bot().url("tcp://h:1").open())
                .hasMessage("A client of this dialect needs a clientId.");
        assertThatThrownBy(() ->
                        HoldfastClient.feed().url("ws://h/ws/a").clientId("b").open())
                .hasMessageContaining("leave one of them out");
        assertThatThrownBy(() ->
                        HoldfastClient.feed().url("ws://h").clientId("a b").open())
                .hasMessageContaining("the server would refuse it");
        assertThatThrownBy(() -> HoldfastClient.feed()
                        .url("ws://h")
                        .header("X", "a\r\nHost: evil")
                        .open())
                .hasMessageContaining("that HTTP does not allow");
        assertThatThrownBy(() -> HoldfastClient.feed()
                        .url("ws://h")
                        .connectTimeout(Duration.ZERO)
                        .open())
                .hasMessage("connectTimeout is PT0S, expected more than 0.");
    }

    @Test
    void whatWouldOverflowOnTheWayIsRefused() {
        ClientBuilder feed = HoldfastClient.feed().url("ws://h");
        assertThatThrownBy(() -> feed.maxMessageBytes(Integer.MAX_VALUE).options())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 1073741824");
        feed.maxMessageBytes(1 << 30).options();
        assertThatThrownBy(() -> feed.connectTimeout(Duration.ofDays(25)).options())
                .hasMessage("connectTimeout is PT600H, expected at most PT24H.");
        feed.connectTimeout(Duration.ofDays(1));
        Duration never = Duration.ofSeconds(Long.MAX_VALUE);
        assertThatThrownBy(() -> feed.heartbeat(Duration.ofDays(1), never).options())
                .hasMessageContaining("expected at most PT8760H");
        feed.heartbeat(Duration.ofDays(1), Duration.ofDays(365)).options();
        assertThatThrownBy(
                        () -> feed.alert(new AlertCondition.NotConnected(never)).options())
                .hasMessageContaining("expected at most PT8760H");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "7|PT7S",
                "Wed, 21 Oct 2026 07:28:10 GMT|PT10S",
                "Wed, 21 Oct 2026 07:27:00 GMT|PT0S",
                "soon|none",
                "-1|none"
            })
    void retryAfterIsSecondsOrADate(String header, Duration wait) {
        Instant now = Instant.parse("2026-10-21T07:28:00Z");
        assertThat(NettyNetwork.retryAfter(header, now)).isEqualTo(wait);
    }
}
