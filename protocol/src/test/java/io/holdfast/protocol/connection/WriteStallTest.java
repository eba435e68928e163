package io.holdfast.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WriteStallTest {
    private final WriteStall stall = new WriteStall(100, 7, 1_000);

    @Test
    void aPeerThatTakesNothingForTheWholeTimeoutIsASlowConsumer() {
        assertThat(stall.progressed(7, 1_050)).isFalse();
        assertThat(stall.isOver(1_099)).isFalse();
        assertThat(stall.isOver(1_100)).isTrue();
    }

    @Test
    void anyProgressStartsTheTimeAnew() {
        assertThat(stall.progressed(8, 1_099)).isTrue();
        assertThat(stall.isOver(1_198)).isFalse();
        assertThat(stall.isOver(1_199)).isTrue();
    }

    @Test
    void progressIsSeenOnceForEachChange() {
        assertThat(stall.progressed(8, 1_010)).isTrue();
        assertThat(stall.progressed(8, 1_020)).isFalse();
    }
}
