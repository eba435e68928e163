/** Runs the test vectors of conformance/vectors against the client machines of module protocol. */
@NullMarked
package io.holdfast.conformance.vectors;

import org.jspecify.annotations.NullMarked;
