package io.holdfast.protocol.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.admission.AddressBlocks.Block;
import io.holdfast.protocol.admission.AddressBlocks.Cause;
import org.junit.jupiter.api.Test;

class AddressBlocksTest {
    private final AddressBlocks blocks = new AddressBlocks();

    @Test
    void aBlockHoldsForItsTime() {
        blocks.block("a", 100, 0);
        assertThat(blocks.remainingNanos("a", 99)).isEqualTo(1);
        assertThat(blocks.remainingNanos("a", 100)).isZero();
        assertThat(blocks.remainingNanos("b", 0)).isZero();
    }

    @Test
    void theListShowsWhatHoldsAndForHowLong() {
        blocks.block("short", 10, 0);
        blocks.block("long", 100, 0);
        blocks.blockAutomatically("bad", 50, 5);

        assertThat(blocks.list(20))
                .containsExactly(
                        new Block("long", Cause.OPERATOR, 80),
                        new Block("bad", Cause.AUTOMATIC, 35));
    }

    @Test
    void unblockingTellsWhetherThereWasABlock() {
        blocks.block("a", 100, 0);
        assertThat(blocks.unblock("a", 50)).isTrue();
        assertThat(blocks.unblock("a", 50)).isFalse();
        blocks.block("a", 100, 50);
        assertThat(blocks.unblock("a", 150)).as("it was over").isFalse();
        assertThat(blocks.list(150)).isEmpty();
    }

    @Test
    void anOperatorMayShortenABlockButAnAutomaticOneMayNot() {
        blocks.block("a", 1_000, 0);
        blocks.blockAutomatically("a", 100, 0);
        assertThat(blocks.remainingNanos("a", 0)).isEqualTo(1_000);
        blocks.block("a", 10, 0);
        assertThat(blocks.remainingNanos("a", 0)).isEqualTo(10);
    }

    @Test
    void whenThereAreTooManyTheOnesThatAreOverGoFirstAndThenTheOldest() {
        blocks.block("over soon", 10, 0);
        for (int i = 1; i < AddressBlocks.MAX_BLOCKS; i++) {
            blocks.block("address " + i, 1_000, 0);
        }
        blocks.block("one more", 1_000, 50);
        assertThat(blocks.remainingNanos("address 1", 50)).isPositive();
        blocks.block("another", 1_000, 50);
        assertThat(blocks.remainingNanos("address 1", 50)).isZero();
        assertThat(blocks.remainingNanos("address 2", 50)).isPositive();
        assertThat(blocks.list(50)).hasSize(AddressBlocks.MAX_BLOCKS);
    }

    @Test
    void aBlockOfNothingIsRefused() {
        assertThatThrownBy(() -> blocks.block("a", 0, 0)).hasMessageContaining("positive time");
    }
}
