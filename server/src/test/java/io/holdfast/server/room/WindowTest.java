package io.holdfast.server.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class WindowTest {
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final TestStream stream = new TestStream(allocator);
    private final Window window = new Window();

    private long memory() {
        stream.releaseHistory();
        return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    }

    @Test
    void numbersGoOnAcrossGrowthAndDroppingAndASlabKeepsItsOwn() {
        for (int round = 0; round < 20; round++) {
            long first = window.end();
            for (int i = 0; i <= round; i++) {
                Slab slab = stream.messages(1);
                window.add(slab);
                assertThat(window.get(first + i)).isSameAs(slab);
            }
            assertThat(window.get(first).firstSeq()).isEqualTo(first + 1);
            window.dropBefore(window.end() - round / 2);
            assertThat(window.size()).isEqualTo(round / 2);
        }
        window.dropBefore(window.end());
        assertThat(window.first()).isEqualTo(window.end()).isEqualTo(210);
        assertThat(memory()).isZero();
    }

    @Test
    void itCountsMessagesAndBytesOfWhatItHolds() {
        Slab three = stream.messages(3);
        Slab two = stream.messages(2);
        window.add(three);
        window.add(two);
        assertThat(window.messages()).isEqualTo(5);
        assertThat(window.bytes()).isEqualTo(three.length() + two.length());
        window.dropBefore(1);
        assertThat(window.messages()).isEqualTo(2);
        assertThat(window.bytes()).isEqualTo(two.length());
        window.dropBefore(2);
        assertThat(window.messages()).isZero();
        assertThat(window.bytes()).isZero();
    }

    @Test
    void itKnowsTheLastSeqDroppedWhichAnEphemeralSlabDoesNotMove() {
        window.add(stream.messages(3));
        window.add(stream.ephemeral("{}"));
        window.add(stream.messages(1));
        assertThat(window.droppedSeq()).isZero();
        window.dropBefore(1);
        assertThat(window.droppedSeq()).isEqualTo(3);
        window.dropBefore(2);
        assertThat(window.droppedSeq()).isEqualTo(3);
        window.dropBefore(3);
        assertThat(window.droppedSeq()).isEqualTo(4);
        assertThat(memory()).isZero();
    }

    @Test
    void aSlabThatIsNotThereIsNotGiven() {
        window.add(stream.messages(1));
        window.add(stream.messages(1));
        window.dropBefore(1);
        assertThatIllegalStateException().isThrownBy(() -> window.get(0));
        assertThatIllegalStateException().isThrownBy(() -> window.get(2));
        window.dropBefore(0);
        assertThat(window.size()).isEqualTo(1);
    }
}
