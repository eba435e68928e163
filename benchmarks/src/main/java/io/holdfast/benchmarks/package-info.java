/**
 * What a delivery, an idle connection and a drain cost, measured against bare Netty and a peer.
 * I/O: starts processes, reads {@code /proc}.
 */
@NullMarked
package io.holdfast.benchmarks;

import org.jspecify.annotations.NullMarked;
