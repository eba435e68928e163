package io.holdfast.server.room;

import io.holdfast.protocol.stream.Recovery;

/**
 * Where a subscription begins, as the stream's home says.
 *
 * @param head the last seq before what is live; what is replayed ends with it
 * @param recovery what is replayed, and what cannot be
 */
public record Joined(String epoch, long head, Recovery recovery) {}
