package io.holdfast.store;

import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.protocol.session.SessionRecord.Membership;
import io.holdfast.protocol.session.SessionRecord.Seen;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values for tests. */
public final class Sessions {
    private Sessions() {}

    public static SessionRecord session(
            String clientId, long number, long leftMillis, List<Seen> seen) {
        return new SessionRecord(
                clientId,
                number,
                3,
                "user:" + clientId,
                "rooms",
                true,
                120_000,
                leftMillis,
                -1,
                new SessionRecord.Token(new byte[32], 3_600_000),
                null,
                List.of(new Membership("lobby", "e1", 4)),
                seen,
                new byte[] {1, 2, 3});
    }

    /** A batch whose messages have these texts. */
    public static StreamBatch batch(
            String stream, String epoch, long firstSeq, long clockMillis, String... texts) {
        return sent(null, 0, stream, epoch, firstSeq, clockMillis, texts);
    }

    /** A batch of one session's messages; each has its text as its id. */
    public static StreamBatch sent(
            @Nullable String clientId,
            long number,
            String stream,
            String epoch,
            long firstSeq,
            long clockMillis,
            String... texts) {
        int[] ends = new int[texts.length];
        StreamBatch.@Nullable Origin[] origins = new StreamBatch.@Nullable Origin[texts.length];
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < texts.length; i++) {
            all.append(texts[i]);
            ends[i] = all.length();
            origins[i] =
                    clientId == null ? null : new StreamBatch.Origin(clientId, number, texts[i]);
        }
        byte[] bytes = all.toString().getBytes(StandardCharsets.US_ASCII);
        return new StreamBatch(
                stream,
                epoch,
                firstSeq,
                clockMillis,
                bytes,
                ends,
                clientId == null ? null : origins,
                texts.length);
    }

    /** The text of one message. */
    public static String text(StreamBatch batch, int index) {
        int from = batch.start(index);
        return new String(
                batch.bytes(), from, batch.ends()[index] - from, StandardCharsets.US_ASCII);
    }

    /** Every message of the history as {@code seq:text}. */
    public static List<String> messages(StreamImage stream) {
        return stream.history().stream()
                .flatMap(batch -> java.util.stream.IntStream.range(0, batch.count())
                        .mapToObj(i -> (batch.firstSeq() + i) + ":" + text(batch, i)))
                .toList();
    }
}
