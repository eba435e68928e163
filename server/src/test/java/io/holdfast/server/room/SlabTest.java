package io.holdfast.server.room;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.websocket.MessageDeflater;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlabTest {
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final TestSubscriber sender = new TestSubscriber("sender", 0, false);
    private final TestSubscriber other = new TestSubscriber("other", 0, false);

    private static void add(Slab slab, String text, TestSubscriber from) {
        byte[] bytes = text.getBytes(UTF_8);
        slab.add(bytes, 0, bytes.length, from);
    }

    private Slab letters(String letters, String own) {
        Slab slab = new Slab(allocator, null, 0);
        for (int i = 0; i < letters.length(); i++) {
            String letter = letters.substring(i, i + 1);
            add(slab, letter, own.contains(letter) ? sender : other);
        }
        return slab;
    }

    /** Which of the messages a, b, c, d the sender published: every subset of them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "a", "b", "c", "d", "ab", "ac", "ad", "bc", "bd", "cd", "abc", "abd", "acd",
                "bcd", "abcd"
            })
    void aPublisherGetsEverythingButItsOwnWhereverThatStands(String own) {
        Slab slab = letters("abcd", own);
        slab.markSenders(0);
        slab.deliverTo(sender);
        List<String> expected = new ArrayList<>(List.of("a", "b", "c", "d"));
        expected.removeIf(own::contains);
        assertThat(sender.received).isEqualTo(expected);
        slab.unmarkSenders(0);
        slab.release();
        assertThat(sender.publishedIn()).isNull();
    }

    @Test
    void whoPublishedNothingGetsAllInOnePiece() {
        TestSubscriber listener = new TestSubscriber("listener", 0, false);
        Slab slab = letters("abcd", "b");
        slab.markSenders(0);
        slab.deliverTo(listener);
        assertThat(listener.received).containsExactly("a", "b", "c", "d");
        assertThat(listener.deliveries).isEqualTo(1);
        slab.release();
    }

    @Test
    void aLoopMarksOnlyItsOwnPublishers() {
        TestSubscriber foreign = new TestSubscriber("foreign", 1, false);
        Slab slab = new Slab(allocator, null, 0);
        add(slab, "x", foreign);
        slab.markSenders(0);
        assertThat(foreign.publishedIn()).isNull();
        slab.markSenders(1);
        assertThat(foreign.publishedIn()).isSameAs(slab);
        slab.release();
    }

    @Test
    void anOlderNoteIsNotTakenBackForANewerSlab() {
        Slab older = letters("a", "a");
        Slab newer = letters("b", "b");
        older.markSenders(0);
        newer.markSenders(0);
        older.unmarkSenders(0);
        assertThat(sender.publishedIn()).isSameAs(newer);
        older.release();
        newer.release();
    }

    @Test
    void itsMemoryIsFreedWithTheLastReferenceAndTheLastDelivery() {
        List<ByteBuf> held = new ArrayList<>();
        TestSubscriber slow = new TestSubscriber("slow", 0, false) {
            @Override
            public void deliver(ByteBuf framed, int messages) {
                held.add(framed);
            }
        };
        Slab slab = letters("ab", "");
        slab.retain();
        slab.deliverTo(slow);
        slab.release();
        slab.release();
        assertThat(allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory())
                .as("still on its way")
                .isPositive();
        held.forEach(ByteBuf::release);
        assertThat(allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory())
                .isZero();
    }

    @Test
    void deflatedFramesAreForThoseWhoTakeThemFromTheConfiguredLengthOn()
            throws DataFormatException {
        String large = "abc".repeat(40);
        try (MessageDeflater deflater = new MessageDeflater(1)) {
            Slab slab = new Slab(allocator, deflater, 100);
            add(slab, "small", other);
            add(slab, large, sender);
            add(slab, large, other);
            List<ByteBuf> got = new ArrayList<>();
            TestSubscriber modern = new TestSubscriber("modern", 0, true) {
                @Override
                public void deliver(ByteBuf framed, int messages) {
                    got.add(framed);
                }
            };
            slab.deliverTo(modern);
            slab.deliverTo(other);
            assertThat(other.received).containsExactly("small", large, large);
            ByteBuf all = got.getFirst();
            assertThat(all.readByte() & 0xFF).as("a plain text frame").isEqualTo(0x81);
            assertThat(all.readByte()).isEqualTo((byte) 5);
            all.skipBytes(5);
            for (int i = 0; i < 2; i++) {
                assertThat(all.readByte() & 0xFF).as("a text frame with RSV1").isEqualTo(0xC1);
                byte[] payload = new byte[all.readByte()];
                all.readBytes(payload);
                assertThat(inflated(payload)).isEqualTo(large);
            }
            assertThat(all.isReadable()).isFalse();
            all.release();
            slab.release();
        }
    }

    @Test
    void aDeflatingPublisherIsSparedItsOwnToo() {
        try (MessageDeflater deflater = new MessageDeflater(1)) {
            TestSubscriber modern = new TestSubscriber("modern", 0, true);
            Slab slab = new Slab(allocator, deflater, 100);
            add(slab, "a", other);
            add(slab, "b", modern);
            add(slab, "c", other);
            slab.markSenders(0);
            slab.deliverTo(modern);
            assertThat(modern.received).containsExactly("a", "c");
            slab.release();
        }
    }

    private static String inflated(byte[] payload) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        byte[] whole = new byte[payload.length + 4];
        System.arraycopy(payload, 0, whole, 0, payload.length);
        whole[payload.length + 2] = (byte) 0xFF;
        whole[payload.length + 3] = (byte) 0xFF;
        inflater.setInput(whole);
        byte[] out = new byte[1_000];
        int length = inflater.inflate(out);
        inflater.end();
        return new String(out, 0, length, UTF_8);
    }
}
