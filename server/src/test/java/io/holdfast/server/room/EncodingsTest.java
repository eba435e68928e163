package io.holdfast.server.room;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.websocket.MessageDeflater;
import io.holdfast.store.StreamBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages for clients whose wire is no WebSocket, next to those whose is. */
class EncodingsTest {
    private static final String[] BODIES = {
        "{\"type\":\"message\",\"id\":\"z\",\"data\":1}",
        "{\"type\":\"direct\",\"data\":\",\\\"id\\\":\\\"\"}",
        "{\"type\":\"x\"}"
    };

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final TestLines lines = new TestLines();
    private final TestSubscriber plain = TestLines.subscriber("plain", false, lines);
    private final TestSubscriber other = TestLines.subscriber("other", false, lines);
    private final TestSubscriber resuming = TestLines.subscriber("resuming", true, lines);
    private final TestSubscriber browser = TestSubscriber.sequenced("browser");

    @AfterEach
    void allMemoryIsGivenBack() {
        assertThat(allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory())
                .isZero();
    }

    private static byte[] numbering(String escaped) {
        return ("{\"stream\":\"" + escaped + "\",\"seq\":").getBytes(UTF_8);
    }

    private static Draft draft(@Nullable Publisher... senders) {
        Draft draft = new Draft(1, numbering("x"));
        for (int i = 0; i < senders.length; i++) {
            add(draft, BODIES[i], senders[i], null);
        }
        return draft;
    }

    private static void add(
            Draft draft, String json, @Nullable Publisher sender, @Nullable String id) {
        byte[] bytes = json.getBytes(UTF_8);
        draft.add(bytes, 0, bytes.length, sender, id);
    }

    private Slab slab(Draft draft, boolean keep, TestSubscriber... subscribers) {
        Audience audience = new Audience(1);
        for (TestSubscriber subscriber : subscribers) {
            audience.count(subscriber, 1);
        }
        return Slab.of(draft, audience, keep, allocator, 3);
    }

    private static String head(int seq) {
        return "\"stream\":\"x\",\"seq\":" + seq + ",";
    }

    /** As those who take lines are sent it. */
    private static String line(String head, int body) {
        return head + "|" + BODIES[body].substring(1);
    }

    @Test
    void aMessageIsLaidOutOnceForEachEncodingAndVariantAndThenShared() {
        Slab slab = slab(draft(null, null), false, plain, other, resuming, browser);
        assertThat(lines.written).as("2 messages, with numbers and without").isEqualTo(4);
        assertThat(lines.loop).isEqualTo(3);
        for (TestSubscriber each : List.of(plain, other, resuming, browser)) {
            slab.deliverTo(each);
        }
        assertThat(lines.written).isEqualTo(4);
        assertThat(plain.received)
                .isEqualTo(other.received)
                .containsExactly(line("", 0), line("", 1));
        assertThat(resuming.received).containsExactly(line(head(1), 0), line(head(2), 1));
        assertThat(browser.received)
                .containsExactly(
                        "{" + head(1) + BODIES[0].substring(1),
                        "{" + head(2) + BODIES[1].substring(1));
        slab.release();
    }

    @Test
    void whoPublishedAmongThemIsSentThoseAround() {
        Slab slab = slab(draft(plain, other, plain), false, plain, other, resuming);
        slab.markSenders(0);
        slab.deliverTo(plain);
        slab.deliverTo(other);
        slab.unmarkSenders(0);
        slab.deliverLate(other);
        assertThat(plain.received).containsExactly(line("", 1));
        assertThat(other.received)
                .containsExactly(line("", 0), line("", 2), line("", 0), line("", 2));
        slab.release();
    }

    @Test
    void ephemeralMessagesHaveNoHeadForAnybody() {
        Draft draft = new Draft(0, null);
        add(draft, BODIES[2], null, null);
        Slab slab = slab(draft, true, plain, resuming);
        assertThat(lines.written).as("one variant for both").isEqualTo(1);
        slab.deliverTo(plain);
        slab.deliverTo(resuming);
        assertThat(plain.received).isEqualTo(resuming.received).containsExactly(line("", 2));
        assertThat(slab.kept()).isNull();
        slab.release();
    }

    @Test
    void withoutAnyBrowserTheTextIsKeptAllTheSameForThoseWhoComeBack() {
        Slab slab = slab(draft(null, null), true, plain, resuming);
        Frames kept = requireNonNull(slab.kept());
        for (int i = 0; i < 2; i++) {
            assertThat(new String(kept.payload(i), UTF_8))
                    .isEqualTo("{" + head(i + 1) + BODIES[i].substring(1));
        }
        slab.release();
        Slab notKept = slab(draft(nobody()), false, plain, resuming);
        assertThat(notKept.kept()).isNull();
        notKept.release();
    }

    private static @Nullable Publisher[] nobody() {
        return new @Nullable Publisher[1];
    }

    @Test
    void whoResumesIsReplayedInItsOwnEncoding() {
        TestStream stream = new TestStream(allocator);
        stream.messages(2).release();
        stream.messages(3).release();
        FanOut fanOut = new FanOut(TestStream.NAME, "e", 0, false);
        Subscription subscription = Subscription.initial(resuming, TestStream.NAME);
        Replay replay = new Replay(stream.history);
        subscription.replay = replay;
        subscription.replayChunk = replay.indexOf(2);
        fanOut.add(subscription, 1);
        fanOut.feed(subscription);
        List<String> expected = new ArrayList<>();
        for (int seq = 2; seq <= 5; seq++) {
            expected.add("\"stream\":\"room\",\"seq\":" + seq + ",|\"m\":" + seq + "}");
        }
        assertThat(resuming.received).isEqualTo(expected);
        assertThat(lines.written).as("only what it is sent").isEqualTo(4);
        fanOut.end();
        stream.releaseHistory();
    }

    @Test
    void anEncodingThatTakesTextIsReplayedTheKeptBytesThemselves() {
        Slab slab = slab(draft(null, null), true, browser);
        Frames kept = requireNonNull(slab.kept());
        long before = allocator.metric().usedDirectMemory();
        try (MessageDeflater deflater = new MessageDeflater(1)) {
            Encoding deflated = new WebSocketDeflated(loop -> deflater, () -> 1);
            for (Encoding encoding : List.of(WebSocketText.ENCODING, deflated)) {
                ByteBuf slice = kept.slice(0, 2, encoding, 0);
                assertThat(allocator.metric().usedDirectMemory()).isEqualTo(before);
                assertThat(Received.frames(slice)).hasSize(2);
                slice.release();
            }
        }
        slab.release();
    }

    /** Streams as they are spelled in JSON, each with ids of every kind and without. */
    static List<String> streams() {
        return List.of(
                "lobby", "@a\\\"b\\\\\\\\c", "\\\\", "\\\"", "é\\u0000", "@a,\\\"seq\\\":9,");
    }

    @ParameterizedTest
    @MethodSource("streams")
    void theBodyIsFoundBehindAnyNameAndAnyId(String stream) {
        @Nullable
        String[] ids = {null, "z", "", "\"", "a\"b\\c", "\\", "\u0001\n", "日本", ",\"id\":\""};
        Draft draft = new Draft(9_007_199_254_740_900L, numbering(stream));
        for (int i = 0; i < ids.length; i++) {
            add(draft, BODIES[i % 3], null, ids[i]);
        }
        Draft restored = Draft.of(batch(draft));
        Frames kept = Frames.of(draft, true, WebSocketText.ENCODING, allocator, 0);
        List<String> replayed = TestLines.read(kept.slice(0, ids.length, lines, 0));
        List<String> live = linesOf(draft);
        for (int i = 0; i < ids.length; i++) {
            String body = BODIES[i % 3].substring(1);
            String where = "id " + ids[i];
            assertThat(Draft.bodyOf(kept.payload(i), 0))
                    .as(where)
                    .isEqualTo(kept.payload(i).length - body.getBytes(UTF_8).length);
            assertThat(Draft.bodyOf(draft.bytes(), draft.start(i)))
                    .as(where)
                    .isEqualTo(draft.body(i));
            assertThat(restored.body(i)).as(where).isEqualTo(draft.body(i));
            assertThat(live.get(i)).as(where).endsWith("|" + body);
        }
        assertThat(replayed).isEqualTo(live).isEqualTo(linesOf(restored));
        kept.release();
    }

    private List<String> linesOf(Draft draft) {
        Frames frames = Frames.of(draft, true, lines, allocator, 0);
        List<String> read = TestLines.read(frames.all());
        frames.release();
        return read;
    }

    /** As the store gives it back: in an array of its own. */
    private static StreamBatch batch(Draft draft) {
        return draft.batch("x", "e", 77);
    }

    @Test
    void anySliceOfAHistoryIsSpelledAnew() {
        Draft draft = new Draft(5, numbering("x"));
        for (int i = 0; i < 3; i++) {
            add(draft, BODIES[i], null, i == 1 ? "i" : null);
        }
        Frames kept = Frames.of(draft, true, WebSocketText.ENCODING, allocator, 0);
        List<String> all = linesOf(draft);
        for (int from = 0; from < 3; from++) {
            for (int to = from + 1; to <= 3; to++) {
                assertThat(TestLines.read(kept.slice(from, to, lines, 0)))
                        .isEqualTo(all.subList(from, to));
            }
        }
        kept.release();
    }
}
