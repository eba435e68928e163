/**
 * Messages on a plain TCP connection, as lines and as length-prefixed frames (spec: dialect-bot);
 * pure: no threads, no clock, no I/O.
 *
 * <p>A connection begins with {@link io.holdfast.protocol.line.LineDecoder}. When both sides agreed
 * on frames, the sink stops it behind the line that says so, and a
 * {@link io.holdfast.protocol.line.LengthPrefixedDecoder} goes on at the byte where it stopped.
 * Both give whole messages to the same {@link io.holdfast.protocol.line.LineSink}.
 */
@NullMarked
package io.holdfast.protocol.line;

import org.jspecify.annotations.NullMarked;
