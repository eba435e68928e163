package io.holdfast.server.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimestampsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 1970-01-01T00:00:00.000Z",
        "1767323045678, 2026-01-02T03:04:05.678Z",
        "951782400007, 2000-02-29T00:00:00.007Z",
        "-1, 1969-12-31T23:59:59.999Z"
    })
    void aMomentIsWrittenAsRfc3339WithMilliseconds(long epochMillis, String text) {
        assertThat(Timestamps.format(epochMillis)).isEqualTo(text);
    }

    @Test
    void theTimeNowGoesForwardThroughSecondsAndKeepsItsForm() {
        Timestamps timestamps = new Timestamps();
        Instant last = Instant.now().minusMillis(1);
        Instant end = Instant.now().plusMillis(1_100);
        byte[] first = timestamps.now();
        byte[] copy = first.clone();
        while (last.isBefore(end)) {
            String text = new String(timestamps.now(), US_ASCII);
            assertThat(text).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
            Instant now = Instant.parse(text);
            assertThat(now).isAfterOrEqualTo(last.minusMillis(1));
            assertThat(Instant.now()).isAfterOrEqualTo(now);
            last = now;
        }
        assertThat(first).as("what was handed out is not changed later").isEqualTo(copy);
    }
}
