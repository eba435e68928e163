package io.holdfast.store.log;

import io.holdfast.store.StoreException;
import io.holdfast.store.StreamBatch;
import io.holdfast.store.StreamBatch.Origin;

import org.jspecify.annotations.Nullable;

/** Turns work into records of a group, and refuses what does not fit what is current. */
final class Staging {
    private final Index index;
    private final Group group;
    private long clockMillis;

    Staging(Index index, Group group) {
        this.index = index;
        this.group = group;
    }

    /** The latest moment of the service clock among the batches since the last call. */
    long takeClockMillis() {
        long latest = clockMillis;
        clockMillis = 0;
        return latest;
    }

    /** Why the work is refused, or null when it is in the group now. */
    @Nullable
    StoreException stage(Work work) {
        return switch (work) {
            case Work.Append append -> append(append.batch());
            case Work.PutSession put -> put(put);
            case Work.Refused refused -> refused.why();
            case Work.Notice notice -> {
                notice(notice);
                yield null;
            }
        };
    }

    private @Nullable StoreException append(StreamBatch batch) {
        Index.StreamAt stream = index.stream(batch.stream());
        Index.StreamAt numbering =
                stream != null && stream.epoch().equals(batch.epoch()) ? stream : null;
        if (numbering != null && batch.firstSeq() != numbering.head() + 1) {
            return new StoreException("Message " + batch.firstSeq() + " of stream " + batch.stream()
                    + " does not follow " + numbering.head()
                    + ", the last that was kept: number those again that failed.");
        }
        if (encodedBound(batch) > RecordFormat.MAX_BODY_BYTES) {
            return new StoreException("A batch of stream " + batch.stream() + " has "
                    + batch.length() + " bytes, and the log takes "
                    + RecordFormat.MAX_BODY_BYTES + " with all that belongs to it: append fewer"
                    + " messages at once.");
        }
        group.batch(batch, ordinals(batch));
        index.stage(batch.stream(), batch.epoch(), batch.lastSeq());
        clockMillis = Math.max(clockMillis, batch.clockMillis());
        return null;
    }

    /** At most so many bytes: a char is at most 3 in UTF-8. */
    private static long encodedBound(StreamBatch batch) {
        long bound = 64L
                + 3L * (batch.stream().length() + batch.epoch().length())
                + batch.length()
                + 4L * batch.count();
        @Nullable Origin @Nullable [] origins = batch.origins();
        if (origins != null) {
            for (int i = 0; i < batch.count(); i++) {
                Origin origin = origins[i];
                if (origin != null) {
                    bound +=
                            32L + 3L * (origin.clientId().length() + origin.id().length());
                }
            }
        }
        return bound;
    }

    private long @Nullable [] ordinals(StreamBatch batch) {
        @Nullable Origin @Nullable [] origins = batch.origins();
        if (origins == null) {
            return null;
        }
        long[] ordinals = new long[batch.count()];
        for (int i = 0; i < ordinals.length; i++) {
            Origin origin = origins[i];
            Index.SessionAt session = origin == null ? null : index.session(origin.clientId());
            if (origin != null && session != null && session.number() == origin.sessionNumber()) {
                ordinals[i] = session.ordinal() + 1;
                index.stageOrdinal(origin.clientId(), session, ordinals[i]);
            }
        }
        return ordinals;
    }

    private @Nullable StoreException put(Work.PutSession put) {
        if (put.record().length > RecordFormat.MAX_BODY_BYTES / 2) {
            return new StoreException("The record of session " + put.clientId() + " has "
                    + put.record().length + " bytes; the log takes "
                    + RecordFormat.MAX_BODY_BYTES / 2 + ".");
        }
        Index.SessionAt session = index.session(put.clientId());
        long ordinal = session != null && session.number() == put.number() ? session.ordinal() : 0;
        group.session(put.clientId(), put.number(), ordinal, put.record());
        index.stagePut(put.clientId(), put.number(), ordinal);
        return null;
    }

    private void notice(Work.Notice notice) {
        switch (notice) {
            case Work.BeginStream begin -> {
                Index.StreamAt stream = index.stream(begin.stream());
                if (stream == null || !stream.epoch().equals(begin.epoch())) {
                    group.beginStream(begin.stream(), begin.epoch());
                    index.stage(begin.stream(), begin.epoch(), 0);
                }
            }
            case Work.EndStream end -> {
                Index.StreamAt stream = index.stream(end.stream());
                if (stream != null && stream.epoch().equals(end.epoch())) {
                    group.endStream(end.stream(), end.epoch());
                    index.stageEnd(end.stream());
                }
            }
            case Work.RemoveSession remove -> {
                Index.SessionAt session = index.session(remove.clientId());
                if (session != null && session.number() == remove.number()) {
                    group.removeSession(remove.clientId(), remove.number());
                    index.stageRemoval(remove.clientId());
                }
            }
        }
    }
}
