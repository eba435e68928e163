package io.holdfast.server.room;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.websocket.MessageDeflater;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramesTest {
    private static final byte[] NUMBERING = "{\"stream\":\"x\",\"seq\":".getBytes(UTF_8);
    private static final String LARGE = "abc".repeat(40);

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final MessageDeflater deflater = new MessageDeflater(1);
    private final Encoding deflated = new WebSocketDeflated(loop -> deflater, () -> 100);

    @AfterEach
    void allMemoryIsGivenBack() {
        deflater.close();
        assertThat(allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory())
                .isZero();
    }

    private static Draft draft(String... values) {
        Draft draft = new Draft(1, NUMBERING);
        for (String value : values) {
            byte[] json = plain(value).getBytes(UTF_8);
            draft.add(json, 0, json.length, null, null);
        }
        return draft;
    }

    private static String plain(String value) {
        return "{\"a\":\"" + value + "\"}";
    }

    private static String sequenced(int seq, String value) {
        return "{\"stream\":\"x\",\"seq\":" + seq + ",\"a\":\"" + value + "\"}";
    }

    private Frames plain(Draft draft, Encoding encoding) {
        return Frames.of(draft, false, encoding, allocator, 0);
    }

    private Frames numbered(Draft draft, Encoding encoding) {
        return Frames.of(draft, true, encoding, allocator, 0);
    }

    private static List<Received.Text> read(ByteBuf bytes) {
        List<Received.Text> texts = Received.frames(bytes);
        bytes.release();
        return texts;
    }

    private static Received.Text text(String text) {
        return new Received.Text(text, false);
    }

    @Test
    void plainClientsAreSentTheObjectsWithoutNumbers() {
        Frames frames = plain(draft("1", "2"), WebSocketText.ENCODING);
        assertThat(read(frames.all())).containsExactly(text(plain("1")), text(plain("2")));
        frames.release();
    }

    @Test
    void whoResumesIsSentThemWithNumbers() {
        Frames frames = numbered(draft("1", "2"), WebSocketText.ENCODING);
        assertThat(read(frames.all()))
                .containsExactly(text(sequenced(1, "1")), text(sequenced(2, "2")));
        frames.release();
    }

    @Test
    void anEmptyObjectStaysOneForPlainClients() {
        Draft draft = new Draft(1, NUMBERING);
        draft.add("{}".getBytes(UTF_8), 0, 2, null, null);
        Frames frames = plain(draft, WebSocketText.ENCODING);
        assertThat(read(frames.all())).containsExactly(text("{}"));
        frames.release();
    }

    @Test
    void anySliceHoldsItsMessages() {
        Frames frames = numbered(draft("1", "2", "3"), WebSocketText.ENCODING);
        for (int from = 0; from < 3; from++) {
            for (int to = from + 1; to <= 3; to++) {
                List<Received.Text> expected = new ArrayList<>();
                for (int i = from; i < to; i++) {
                    expected.add(text(sequenced(i + 1, "" + (i + 1))));
                }
                assertThat(read(frames.slice(from, to))).isEqualTo(expected);
            }
        }
        frames.release();
    }

    @Test
    void onlyWhatIsLargeEnoughIsDeflated() {
        Frames plain = plain(draft("small", LARGE), deflated);
        assertThat(read(plain.all()))
                .containsExactly(text(plain("small")), new Received.Text(plain(LARGE), true));
        plain.release();
        Frames sequenced = numbered(draft(LARGE, "small"), deflated);
        assertThat(read(sequenced.all()))
                .containsExactly(
                        new Received.Text(sequenced(1, LARGE), true), text(sequenced(2, "small")));
        sequenced.release();
    }

    @Test
    void whatDoesNotGetSmallerIsSentAsItIs() {
        StringBuilder eachOnce = new StringBuilder();
        for (char c = '!'; c <= '~'; c++) {
            eachOnce.append(c == '"' || c == '\\' ? "" : String.valueOf(c));
        }
        Encoding eager = new WebSocketDeflated(loop -> deflater, () -> 1);
        Frames frames = plain(draft(eachOnce.toString()), eager);
        assertThat(read(frames.all())).containsExactly(text(plain(eachOnce.toString())));
        frames.release();
    }

    /** Around the lengths at which the frame's header grows. */
    @ParameterizedTest
    @ValueSource(ints = {1, 90, 91, 92, 93, 94, 95, 96, 97, 98, 65_500, 65_510, 65_535, 70_000})
    void thePayloadIsTheMessageWithoutItsFrame(int length) {
        String value = "v".repeat(length);
        Frames frames = numbered(draft(value, "next"), WebSocketText.ENCODING);
        assertThat(new String(frames.payload(0), UTF_8)).isEqualTo(sequenced(1, value));
        assertThat(new String(frames.payload(1), UTF_8)).isEqualTo(sequenced(2, "next"));
        frames.release();
    }

    @Test
    void everyPayloadLengthAroundTheShortHeadersEndIsRight() {
        for (int payload = 120; payload <= 130; payload++) {
            String value = "v".repeat(payload - sequenced(1, "").length());
            Frames frames = numbered(draft(value), WebSocketText.ENCODING);
            assertThat(frames.payload(0)).hasSize(payload);
            assertThat(frames.length()).isEqualTo(payload + (payload < 126 ? 2 : 4));
            frames.release();
        }
    }

    @Test
    void itsMemoryIsFreedWithTheLastReferenceAndTheLastDelivery() {
        Frames frames = plain(draft("1", "2"), WebSocketText.ENCODING);
        frames.retain();
        ByteBuf underWay = frames.slice(0, 1);
        frames.release();
        frames.release();
        assertThat(allocator.metric().usedDirectMemory()).isPositive();
        assertThat(read(underWay)).containsExactly(text(plain("1")));
    }
}
