package io.holdfast.server.dialect.bot;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.CloseCode;
import io.holdfast.server.dialect.ErrorCode;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BotErrorTest {
    @ParameterizedTest
    @EnumSource
    void aRequestsErrorHasTheSameWordInAllDialects(ErrorCode code) {
        assertThat(BotError.of(code).wireName()).isEqualTo(code.wireName());
    }

    @ParameterizedTest
    @EnumSource
    void theWordIsTheNameInLowerCase(BotError error) {
        assertThat(error.wireName()).isEqualTo(error.name().toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", textBlock = """
                    NORMAL,             none
                    GOING_AWAY,         none
                    SERVICE_RESTART,    none
                    PING_TIMEOUT,       none
                    MIGRATED,           none
                    PROTOCOL_ERROR,     protocol_error
                    UNSUPPORTED_DATA,   bad_message
                    INVALID_PAYLOAD,    invalid_utf8
                    POLICY_VIOLATION,   unauthorized
                    MESSAGE_TOO_BIG,    too_large
                    INTERNAL_ERROR,     internal_error
                    TRY_AGAIN_LATER,    overloaded
                    SLOW_CONSUMER,      slow_consumer
                    REPLACED,           replaced
                    TOKEN_EXPIRED,      token_expired
                    CLOSED_BY_OPERATOR, closed_by_operator
                    """)
    void aCloseThatTheBotShouldHearOfHasAWord(CloseCode code, String word) {
        BotError error = BotError.of(code);
        assertThat(error == null ? null : error.wireName()).isEqualTo(word);
    }

    @Test
    void noTwoErrorsHaveOneWord() {
        assertThat(Arrays.stream(BotError.values()).map(BotError::wireName))
                .doesNotHaveDuplicates();
    }
}
