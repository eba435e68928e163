/**
 * Pure: the log of segments, over a {@link io.holdfast.store.log.Disk}. No threads, no clock, no
 * files of its own.
 */
@NullMarked
package io.holdfast.store.log;

import org.jspecify.annotations.NullMarked;
