/**
 * The load generator: one thread, one selector, frames encoded beforehand, only frame headers
 * parsed. I/O.
 *
 * <p>It must be cheap rather than complete: whatever it spends on the other core is time in which
 * the server under test waits.
 */
@NullMarked
package io.holdfast.benchmarks.load;

import org.jspecify.annotations.NullMarked;
