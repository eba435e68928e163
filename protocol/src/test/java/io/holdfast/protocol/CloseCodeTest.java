package io.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CloseCodeTest {

    @ParameterizedTest
    @CsvSource({
        "1000, DO_NOT_COME_BACK",
        "1001, WAIT",
        "1002, BACK_OFF",
        "1003, DO_NOT_RETRY_UNCHANGED",
        "1007, DO_NOT_RETRY_UNCHANGED",
        "1008, DO_NOT_RETRY_UNCHANGED",
        "1009, DO_NOT_RETRY_UNCHANGED",
        "1011, BACK_OFF",
        "1012, BACK_OFF_WITH_JITTER",
        "1013, WAIT",
        "4100, RECONNECT_AND_RESUME",
        "4101, RECONNECT_AND_RESUME",
        "4102, GO_THERE",
        "4500, DO_NOT_COME_BACK",
        "4501, GET_TOKEN_FIRST",
        "4502, DO_NOT_COME_BACK",
        "1006, BACK_OFF",
        "4321, RECONNECT_AND_RESUME",
        "4777, DO_NOT_RETRY_UNCHANGED"
    })
    void everyCodeCarriesItsAdviceUnknownOnesIncluded(int code, Advice advice) {
        assertThat(CloseCode.adviceFor(code)).isEqualTo(advice);
    }

    @ParameterizedTest
    @EnumSource
    void ourOwnCodesComeBackBelow4500AndNotAbove(CloseCode code) {
        if (code.code() >= 4000) {
            assertThat(code.advice().mayComeBack()).isEqualTo(code.code() < 4500);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyDefaultReasonFitsIntoACloseFrameAndItsCodeMayBeSent(CloseCode code) {
        int bytes = code.defaultReason().getBytes(StandardCharsets.UTF_8).length;
        assertThat(bytes).isBetween(1, CloseCode.MAX_REASON_BYTES);
        assertThat(CloseCode.maySend(code.code())).isTrue();
    }

    @Test
    void waitingIsFiveSecondsAfter1001AndTenAfter1013() {
        assertThat(CloseCode.GOING_AWAY.waitSeconds()).isEqualTo(5);
        assertThat(CloseCode.TRY_AGAIN_LATER.waitSeconds()).isEqualTo(10);
        assertThat(CloseCode.INTERNAL_ERROR.waitSeconds()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"999", "1004", "1005", "1006", "1015", "2999", "5000", "-1"})
    void nobodyMaySendReservedCodes(int code) {
        assertThat(CloseCode.maySend(code)).isFalse();
    }
}
