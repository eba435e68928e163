/** Pure: the lines that simulated clients and servers send each other. */
@NullMarked
package io.holdfast.simulation.wire;

import org.jspecify.annotations.NullMarked;
