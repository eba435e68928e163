/** Pure: a fleet of a million modelled clients over the real pacing machines. */
@NullMarked
package io.holdfast.simulation.scale;

import org.jspecify.annotations.NullMarked;
