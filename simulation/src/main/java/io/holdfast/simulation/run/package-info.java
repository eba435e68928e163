/** Pure: scenarios by seed, how they are run, and how failures are shrunk. */
@NullMarked
package io.holdfast.simulation.run;

import org.jspecify.annotations.NullMarked;
