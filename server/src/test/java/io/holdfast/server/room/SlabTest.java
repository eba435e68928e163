package io.holdfast.server.room;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.websocket.MessageDeflater;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlabTest {
    private static final byte[] NUMBERING = "{\"stream\":\"x\",\"seq\":".getBytes(UTF_8);

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final TestSubscriber sender = TestSubscriber.plain("sender");
    private final TestSubscriber other = TestSubscriber.plain("other");
    private final TestSubscriber resuming = TestSubscriber.sequenced("resuming");

    private static Audience audience(TestSubscriber... subscribers) {
        Audience audience = new Audience(2);
        for (TestSubscriber subscriber : subscribers) {
            audience.count(subscriber, 1);
        }
        return audience;
    }

    private static void add(Draft draft, String text, TestSubscriber from) {
        byte[] bytes = ("{\"" + text + "\":1}").getBytes(UTF_8);
        draft.add(bytes, 0, bytes.length, from, null);
    }

    private Slab slab(Draft draft, TestSubscriber... audience) {
        return Slab.of(draft, audience(audience), false, allocator, 0);
    }

    private Draft letters(String letters, String own) {
        Draft draft = new Draft(1, NUMBERING);
        for (int i = 0; i < letters.length(); i++) {
            String letter = letters.substring(i, i + 1);
            add(draft, letter, own.contains(letter) ? sender : other);
        }
        return draft;
    }

    private static List<String> objects(String letters) {
        List<String> objects = new ArrayList<>();
        letters.chars().forEach(letter -> objects.add("{\"" + (char) letter + "\":1}"));
        return objects;
    }

    @AfterEach
    void allMemoryIsGivenBack() {
        assertThat(allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory())
                .isZero();
    }

    /** Which of the messages a, b, c, d the sender published: every subset of them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "a", "b", "c", "d", "ab", "ac", "ad", "bc", "bd", "cd", "abc", "abd", "acd",
                "bcd", "abcd"
            })
    void aPublisherGetsEverythingButItsOwnWhereverThatStandsLiveAndLate(String own) {
        Slab slab = slab(letters("abcd", own), sender, resuming);
        slab.markSenders(0);
        slab.deliverTo(sender);
        List<String> expected = objects("abcd");
        expected.removeAll(objects(own));
        assertThat(sender.received).isEqualTo(expected);
        slab.unmarkSenders(0);
        assertThat(sender.publishedIn()).isNull();
        sender.received.clear();
        slab.deliverLate(sender);
        assertThat(sender.received).isEqualTo(expected);
        slab.release();
    }

    @Test
    void aResumingPublisherGetsItsOwnWithTheirNumbers() {
        Draft draft = new Draft(8, NUMBERING);
        add(draft, "a", resuming);
        add(draft, "b", other);
        Slab slab = slab(draft, resuming);
        slab.markSenders(0);
        slab.deliverTo(resuming);
        slab.unmarkSenders(0);
        assertThat(resuming.received)
                .containsExactly(
                        "{\"stream\":\"x\",\"seq\":8,\"a\":1}",
                        "{\"stream\":\"x\",\"seq\":9,\"b\":1}");
        assertThat(resuming.deliveries).isEqualTo(1);
        slab.release();
    }

    @Test
    void thatItHasComeItselfAResumingClientIsNeverTold() {
        Draft draft = new Draft(0, null);
        add(draft, "a", resuming);
        add(draft, "b", other);
        Slab slab = slab(draft, resuming, other);
        slab.markSenders(0);
        slab.deliverTo(resuming);
        slab.deliverTo(other);
        slab.unmarkSenders(0);
        assertThat(resuming.received).isEqualTo(objects("b"));
        assertThat(other.received).isEqualTo(objects("a"));
        slab.release();
    }

    @Test
    void onlyTheVariantsThatSomebodyTakesAreMade() {
        Slab nobody = slab(letters("a", ""));
        assertThat(allocator.metric().usedDirectMemory()).isZero();
        nobody.deliverTo(other);
        assertThat(other.received).isEmpty();
        nobody.release();
        Slab forPlain = slab(letters("a", ""), other);
        assertThat(forPlain.kept()).isNull();
        forPlain.deliverTo(sender);
        assertThat(sender.received).isEqualTo(objects("a"));
        forPlain.release();
        Slab kept = Slab.of(letters("a", ""), audience(), true, allocator, 0);
        assertThat(kept.kept()).isNotNull();
        kept.release();
    }

    @Test
    void whoTakesNumbersGetsAMessageWithoutOnesOfAStreamThatIsNotKept() {
        Draft draft = new Draft(3, null);
        add(draft, "a", other);
        Slab slab = slab(draft, resuming);
        slab.deliverTo(resuming);
        assertThat(resuming.received).isEqualTo(objects("a"));
        slab.release();
    }

    @Test
    void aLoopMarksOnlyItsOwnPublishers() {
        TestSubscriber foreign = new TestSubscriber("foreign", 1, false, WebSocketText.ENCODING);
        Draft draft = new Draft(1, NUMBERING);
        add(draft, "a", foreign);
        Slab slab = slab(draft, other);
        slab.markSenders(0);
        assertThat(foreign.publishedIn()).isNull();
        slab.markSenders(1);
        assertThat(foreign.publishedIn()).isSameAs(slab);
        slab.unmarkSenders(0);
        assertThat(foreign.publishedIn()).isSameAs(slab);
        slab.release();
    }

    @Test
    void anOlderNoteIsNotTakenBackForANewerSlab() {
        Slab older = slab(letters("a", "a"), other);
        Slab newer = slab(letters("b", "b"), other);
        older.markSenders(0);
        newer.markSenders(0);
        older.unmarkSenders(0);
        assertThat(sender.publishedIn()).isSameAs(newer);
        older.release();
        newer.release();
    }

    @Test
    void eachLoopHoldsTheBytesUntilItHasDeliveredThem() {
        List<ByteBuf> held = new ArrayList<>();
        TestSubscriber slow = new TestSubscriber("slow", 0, true, WebSocketText.ENCODING) {
            @Override
            public void deliver(ByteBuf framed, int messages) {
                held.add(framed);
            }
        };
        Slab slab = slab(letters("ab", ""), slow, other);
        slab.retain();
        slab.deliverTo(slow);
        slab.release();
        slab.release();
        assertThat(allocator.metric().usedDirectMemory()).as("still on its way").isPositive();
        held.forEach(ByteBuf::release);
    }

    @Test
    void eachSubscriberGetsTheVariantThatItTakes() {
        String large = "l".repeat(200);
        Draft draft = new Draft(4, NUMBERING);
        add(draft, large, other);
        try (MessageDeflater deflater = new MessageDeflater(1)) {
            Encoding deflated = new WebSocketDeflated(loop -> deflater, () -> 100);
            TestSubscriber plainDeflating = new Recorder("pd", false, deflated);
            TestSubscriber resumingDeflating = new Recorder("rd", true, deflated);
            Slab slab = Slab.of(
                    draft,
                    audience(sender, resuming, plainDeflating, resumingDeflating),
                    true,
                    allocator,
                    0);
            for (TestSubscriber each :
                    List.of(sender, resuming, plainDeflating, resumingDeflating)) {
                slab.deliverTo(each);
            }
            String plain = "{\"" + large + "\":1}";
            String numbered = "{\"stream\":\"x\",\"seq\":4,\"" + large + "\":1}";
            assertThat(sender.received).containsExactly(plain);
            assertThat(resuming.received).containsExactly(numbered);
            assertThat(plainDeflating.received).containsExactly("deflated " + plain);
            assertThat(resumingDeflating.received).containsExactly("deflated " + numbered);
            slab.release();
        }
    }

    @Test
    void aDeflatingPlainPublisherIsSparedItsOwnToo() {
        try (MessageDeflater deflater = new MessageDeflater(1)) {
            Encoding deflated = new WebSocketDeflated(loop -> deflater, () -> 1);
            TestSubscriber modern = new TestSubscriber("modern", 0, false, deflated);
            Draft draft = new Draft(1, NUMBERING);
            add(draft, "a", other);
            add(draft, "b", modern);
            add(draft, "c", other);
            Slab slab = Slab.of(draft, audience(modern), false, allocator, 0);
            slab.markSenders(0);
            slab.deliverTo(modern);
            assertThat(modern.received).isEqualTo(objects("ac"));
            slab.release();
        }
    }

    /** Notes what came deflated. */
    private static final class Recorder extends TestSubscriber {
        Recorder(String id, boolean sequenced, Encoding encoding) {
            super(id, 0, sequenced, encoding);
        }

        @Override
        public void deliver(ByteBuf framed, int messages) {
            for (Received.Text text : Received.frames(framed)) {
                received.add((text.deflated() ? "deflated " : "") + text.text());
            }
            framed.release();
        }
    }

    @Test
    void itsNumbersAreThoseOfItsMessages() {
        @Nullable TestSubscriber nobody = null;
        Draft draft = new Draft(8, NUMBERING);
        draft.add("{}".getBytes(UTF_8), 0, 2, nobody, null);
        draft.add("{}".getBytes(UTF_8), 0, 2, nobody, null);
        Slab slab = slab(draft);
        assertThat(slab.firstSeq()).isEqualTo(8);
        assertThat(slab.lastSeq()).isEqualTo(9);
        assertThat(slab.count()).isEqualTo(2);
        Draft ephemeral = new Draft(0, null);
        ephemeral.add("{}".getBytes(UTF_8), 0, 2, nobody, null);
        assertThat(slab(ephemeral).lastSeq()).isZero();
    }
}
