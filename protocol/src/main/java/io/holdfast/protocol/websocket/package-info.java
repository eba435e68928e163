/**
 * RFC 6455 frames and RFC 7692 compression over plain byte arrays; pure: no threads, no clock, no
 * I/O.
 *
 * <p>Bytes that arrived go through {@link io.holdfast.protocol.websocket.FrameDecoder}, which calls
 * a {@link io.holdfast.protocol.websocket.FrameSink}; bytes to be sent are laid out by
 * {@link io.holdfast.protocol.websocket.FrameWriter}. The same code serves a server, a client and a
 * simulation of both.
 */
@NullMarked
package io.holdfast.protocol.websocket;

import org.jspecify.annotations.NullMarked;
