package io.holdfast.store;

/**
 * Hears what became of work handed to a {@link Store}: exactly one call, in the order of the work.
 * It comes on a thread of the store's, or from within the call that handed the work over when the
 * store commits at once; so it must be short and must not block.
 */
public interface Outcome {
    void committed();

    /** Nothing of it is in the store, nor will it be after a restart. */
    void failed(StoreException why);
}
