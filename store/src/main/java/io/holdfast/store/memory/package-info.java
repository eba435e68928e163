/** I/O: the store that keeps nothing while it runs, and a snapshot between a stop and a start. */
@NullMarked
package io.holdfast.store.memory;

import org.jspecify.annotations.NullMarked;
