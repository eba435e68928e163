/** I/O: the store on a disk: a directory, its lock, and the thread that commits. */
@NullMarked
package io.holdfast.store.disk;

import org.jspecify.annotations.NullMarked;
