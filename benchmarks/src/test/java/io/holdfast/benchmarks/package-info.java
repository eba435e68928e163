/** Do the benchmarks count everything, and fail when something is lost? Nothing here is timed. */
@NullMarked
package io.holdfast.benchmarks;

import org.jspecify.annotations.NullMarked;
