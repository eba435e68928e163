/** Pure: what users may observe, and the checkers that hold every run to it. */
@NullMarked
package io.holdfast.simulation.model;

import org.jspecify.annotations.NullMarked;
