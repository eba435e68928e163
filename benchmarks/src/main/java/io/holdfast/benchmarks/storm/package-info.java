/**
 * I/O: real clients of module {@code client} whose server is restarted, and the picture of how they
 * come back.
 */
@NullMarked
package io.holdfast.benchmarks.storm;

import org.jspecify.annotations.NullMarked;
