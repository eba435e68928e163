package io.holdfast.cli.talk;

import static io.holdfast.cli.talk.Address.Dialect.BOT;
import static io.holdfast.cli.talk.Address.Dialect.DEEPSTREAM;
import static io.holdfast.cli.talk.Address.Dialect.ROOMS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class AddressTest {
    @ParameterizedTest
    @CsvSource({
        "localhost, ROOMS, ws://localhost:8000",
        "localhost:81, ROOMS, ws://localhost:81",
        "[::1]:81, ROOMS, ws://[::1]:81",
        "[::1], ROOMS, ws://[::1]:8000",
        "host/deepstream/ws, DEEPSTREAM, ws://host:8000/deepstream/ws",
        "wss://host/ws, ROOMS, wss://host/ws",
        "WSS://host, ROOMS, wss://host",
        "https://host, ROOMS, wss://host",
        "ws://host/deepstream/ws, DEEPSTREAM, ws://host/deepstream/ws",
        "ws://host/deepstreams, ROOMS, ws://host/deepstreams",
        "tcp://host:9000, BOT, tcp://host:9000",
        "tls://host:9000, BOT, tls://host:9000"
    })
    void theAddressSaysWhatIsSpoken(String typed, Address.Dialect dialect, String url) {
        assertThat(Address.parse(typed, null)).isEqualTo(new Address(dialect, url));
    }

    @Test
    void theDialectSaysWhatIsMissing() {
        assertThat(Address.parse("host", BOT)).isEqualTo(new Address(BOT, "tcp://host:9000"));
        assertThat(Address.parse("host", DEEPSTREAM))
                .isEqualTo(new Address(DEEPSTREAM, "ws://host:8000"));
    }

    @Test
    void whatDoesNotFitIsRefusedInASentence() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Address.parse("ws://host", BOT))
                .withMessageContaining("do not fit");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Address.parse("tcp://host:1", ROOMS))
                .withMessageContaining("do not fit");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Address.parse("ftp://host", null))
                .withMessageContaining("expected ws://");
        assertThatIllegalArgumentException().isThrownBy(() -> Address.parse(" ", null));
    }

    @ParameterizedTest
    @CsvSource({"500ms, 500", "30s, 30000", "30, 30000", "5m, 300000", "1h, 3600000"})
    void timesHaveUnits(String text, long millis) {
        assertThat(new ServerOptions.DurationConverter().convert(text))
                .isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1s", "25h", "5 m", "m", "", "9999999999999999999s", "3d"})
    void otherTimesAreRefused(String text) {
        var converter = new ServerOptions.DurationConverter();
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> converter.convert(text)))
                .isInstanceOf(TypeConversionException.class);
    }
}
