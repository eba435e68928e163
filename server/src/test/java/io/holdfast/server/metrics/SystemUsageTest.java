package io.holdfast.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class SystemUsageTest {

    private final AtomicLong nanos = new AtomicLong();
    private final SystemUsage usage = new SystemUsage(nanos::get);

    @Test
    void bothSharesArePercentages() {
        assertThat(usage.sample().cpuPercent()).isBetween(0.0, 100.0);
        assertThat(usage.sample().memoryPercent()).isGreaterThan(0).isLessThanOrEqualTo(100);
    }

    @Test
    void itIsSampledAtMostOnceASecond() {
        SystemUsage.Sample first = usage.sample();
        nanos.set(999_999_999L);
        assertThat(usage.sample()).isSameAs(first);
        nanos.set(1_000_000_000L);
        SystemUsage.Sample second = usage.sample();
        assertThat(second).isNotSameAs(first);
        assertThat(usage.sample()).isSameAs(second);
    }
}
