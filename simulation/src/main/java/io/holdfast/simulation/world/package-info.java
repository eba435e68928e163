/** Pure: the simulated clock, threads, network and disk, and what is noted of a run. */
@NullMarked
package io.holdfast.simulation.world;

import org.jspecify.annotations.NullMarked;
