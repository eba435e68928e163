package io.holdfast.protocol.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
    @Test
    void namesAndAddressesOfBothKindsAreRead() {
        assertThat(Target.parse("b.example:9000")).isEqualTo(new Target("b.example", 9000));
        assertThat(Target.parse("10.0.0.2:1")).isEqualTo(new Target("10.0.0.2", 1));
        assertThat(Target.parse("[2001:db8::1]:65535"))
                .isEqualTo(new Target("2001:db8::1", 65_535));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "b",
                ":9000",
                "b:",
                "b:0",
                "b:65536",
                "b:99999999999",
                "b:-1",
                "b:9000/x",
                "http://b:80",
                "user@b:80",
                "2001:db8::1:80",
                "[]:80",
                "[b.example]:80",
                "b:9000\n",
                "b c:9000"
            })
    void anythingElseIsNoTarget(String text) {
        assertThat(Target.parse(text)).isNull();
    }

    @Test
    void aTargetThatCannotBeIsRefused() {
        assertThatThrownBy(() -> new Target("a b", 1)).hasMessageContaining("expected a name");
        assertThatThrownBy(() -> new Target("b", 0)).hasMessageContaining("1 to 65535");
    }

    @Test
    void adviceToComeBackYesterdayIsRefused() {
        assertThatThrownBy(() -> ServerAdvice.after(Duration.ofSeconds(-1)))
                .hasMessageContaining("expected 0 or more");
        assertThat(ServerAdvice.NONE.isNone()).isTrue();
        assertThat(ServerAdvice.after(Duration.ZERO).isNone()).isFalse();
    }
}
