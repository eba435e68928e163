package io.holdfast.transport;

/**
 * What an HTTP server has answered.
 *
 * @param body as UTF-8; empty where it was longer than {@link AnswerReader#MAX_BODY_BYTES}
 */
public record HttpAnswer(int status, String body) {}
