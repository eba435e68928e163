package io.holdfast.store.log;

import io.holdfast.store.Outcome;
import io.holdfast.store.StoreException;
import io.holdfast.store.StreamBatch;

import org.jspecify.annotations.Nullable;

/** One thing to be committed. */
public sealed interface Work {

    /** Bytes that it holds until it is committed. */
    int bytes();

    /** Who waits for it; null when nobody does. */
    @Nullable
    Outcome outcome();

    record Append(StreamBatch batch, Outcome outcome) implements Work {
        @Override
        public int bytes() {
            return batch.length();
        }
    }

    /** @param record as {@link SessionBytes} wrote it */
    record PutSession(
            String clientId,
            long number,
            byte[] record,
            @Nullable Outcome outcome) implements Work {
        @Override
        public int bytes() {
            return record.length;
        }
    }

    /** Work that fails in its turn; nothing of it is kept. */
    record Refused(StoreException why, Outcome outcome) implements Work {
        @Override
        public int bytes() {
            return 0;
        }
    }

    /** What nobody waits for, and what is done later when it could not be done at once. */
    sealed interface Notice extends Work {
        @Override
        default int bytes() {
            return 0;
        }

        @Override
        default @Nullable Outcome outcome() {
            return null;
        }
    }

    record BeginStream(String stream, String epoch) implements Notice {}

    record EndStream(String stream, String epoch) implements Notice {}

    record RemoveSession(String clientId, long number) implements Notice {}
}
