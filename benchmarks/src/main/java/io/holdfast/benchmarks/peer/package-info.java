/**
 * Servers to compare with, each with a {@code main} of its own: bare Netty (the yardstick) and
 * Vert.x. I/O.
 */
@NullMarked
package io.holdfast.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
