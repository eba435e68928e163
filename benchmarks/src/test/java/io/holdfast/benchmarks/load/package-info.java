/** The generator's own arithmetic: frames and windows. */
@NullMarked
package io.holdfast.benchmarks.load;

import org.jspecify.annotations.NullMarked;
