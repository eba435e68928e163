/** I/O: JMH benchmarks and the load generator. */
@NullMarked
package io.holdfast.benchmarks;

import org.jspecify.annotations.NullMarked;
