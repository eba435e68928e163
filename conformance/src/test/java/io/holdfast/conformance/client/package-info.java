/** I/O: clients that are not ours, and one that can misbehave. */
@NullMarked
package io.holdfast.conformance.client;

import org.jspecify.annotations.NullMarked;
