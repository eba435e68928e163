package io.holdfast.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QuantitiesTest {

    @ParameterizedTest
    @CsvSource({
        "250ms,250",
        "30s,30000",
        "30 s,30000",
        "5m,300000",
        "1h,3600000",
        "1d,86400000",
        "0,0",
        "0.5,500",
        "1.5h,5400000",
        "1800,1800000"
    })
    void durationsAreRead(String text, long millis) {
        assertThat(Quantities.duration(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "100,100", "100B,100", "64KiB,65536", "1 MiB,1048576", "2GiB,2147483648"})
    void sizesAreRead(String text, long bytes) {
        assertThat(Quantities.size(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "s",
                "-1",
                "+1",
                "1e9",
                ".5",
                "5.",
                "1.2.3",
                "1 2",
                "1x",
                "٣",
                "0x10",
                "999999999999999999999",
                "99999999999999999999",
                "10S",
                "1kb",
                "1K"
            })
    void everythingElseIsRefused(String text) {
        assertThat(Quantities.duration(text)).isNull();
        assertThat(Quantities.size(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatIsWrittenIsReadBackTheSame(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2_000; i++) {
            long value = random.nextLong(1L << random.nextInt(1, 40));
            Duration duration = Duration.ofMillis(value);
            assertThat(Quantities.duration(Quantities.format(duration))).isEqualTo(duration);
            assertThat(Quantities.size(Quantities.formatSize(value))).isEqualTo(value);
        }
    }
}
