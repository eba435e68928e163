/** I/O: the server as a process of its own, seen only from outside. */
@NullMarked
package io.holdfast.conformance.process;

import org.jspecify.annotations.NullMarked;
