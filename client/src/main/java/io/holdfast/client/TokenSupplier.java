package io.holdfast.client;

/**
 * Gets an access token, for each connect anew. It may block: it runs on a virtual thread of its
 * own, one call at a time, never on the thread that reads. After half of the connect timeout its
 * thread is interrupted, and the try counts as failed.
 */
@FunctionalInterface
public interface TokenSupplier {
    /** An exception fails this try to connect; the next one asks again. */
    String token() throws Exception;
}
