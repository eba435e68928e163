package io.holdfast.store.log;

import io.holdfast.store.StreamBatch;
import io.holdfast.store.StreamBatch.Origin;

import org.jspecify.annotations.Nullable;

/** The bytes of a {@link StreamBatch}. */
public final class BatchCodec {
    private BatchCodec() {}

    /**
     * A batch as it was read.
     *
     * @param ordinals of each origin among those of its session; 0 where there is none
     */
    public record Numbered(StreamBatch batch, long[] ordinals) {}

    /** @param ordinals one for each message, or null when they do not matter */
    public static void write(ByteWriter out, StreamBatch batch, long @Nullable [] ordinals) {
        out.putText(batch.stream());
        out.putText(batch.epoch());
        out.putLong(batch.firstSeq());
        out.putLong(batch.clockMillis());
        out.putInt(batch.count());
        for (int i = 0; i < batch.count(); i++) {
            out.putInt(batch.ends()[i]);
        }
        out.putBytes(batch.bytes(), 0, batch.length());
        @Nullable Origin @Nullable [] origins = batch.origins();
        out.put(origins == null ? 0 : 1);
        if (origins != null) {
            for (int i = 0; i < batch.count(); i++) {
                writeOrigin(out, origins[i], ordinals == null ? 0 : ordinals[i]);
            }
        }
    }

    private static void writeOrigin(ByteWriter out, @Nullable Origin origin, long ordinal) {
        out.put(origin == null ? 0 : 1);
        if (origin != null) {
            out.putText(origin.clientId());
            out.putLong(origin.sessionNumber());
            out.putText(origin.id());
            out.putLong(ordinal);
        }
    }

    public static Numbered read(ByteReader in) throws MalformedException {
        String stream = in.getText();
        String epoch = in.getText();
        long firstSeq = in.getLong();
        long clockMillis = in.getLong();
        int count = in.getCount(Integer.BYTES);
        int[] ends = new int[count];
        for (int i = 0, last = 0; i < count; i++) {
            ends[i] = in.getInt();
            if (ends[i] < last) {
                throw new MalformedException(
                        "A message of stream " + stream + " ends before it begins.");
            }
            last = ends[i];
        }
        if (count < 1 || firstSeq < 1) {
            throw new MalformedException("A batch of stream " + stream + " has " + count
                    + " messages from " + firstSeq + ".");
        }
        byte[] bytes = in.getBytes(ends[count - 1]);
        long[] ordinals = new long[count];
        @Nullable Origin[] origins = null;
        if (in.get() != 0) {
            origins = new @Nullable Origin[count];
            for (int i = 0; i < count; i++) {
                if (in.get() != 0) {
                    origins[i] = new Origin(in.getText(), in.getLong(), in.getText());
                    ordinals[i] = in.getLong();
                }
            }
        }
        return new Numbered(
                new StreamBatch(stream, epoch, firstSeq, clockMillis, bytes, ends, origins, count),
                ordinals);
    }
}
