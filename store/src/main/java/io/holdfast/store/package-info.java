/** I/O: what outlives a process. Streams and sessions go in, and are there again after a start. */
@NullMarked
package io.holdfast.store;

import org.jspecify.annotations.NullMarked;
