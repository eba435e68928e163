package io.holdfast.client;

import org.jspecify.annotations.Nullable;

/**
 * The server has a message, for good: it is part of its stream.
 *
 * @param id that the message was sent with; empty where the server does not ack
 * @param status {@code ok}; {@code queued} for a direct message to somebody who is away;
 *     {@code written} where the server does not ack: it was given to the transport
 * @param stream null for clients without resume
 * @param seq its place in the stream, 0 without one
 */
public record Ack(String id, String status, @Nullable String stream, long seq) {}
