/** I/O: the command line of the simulator. */
@NullMarked
package io.holdfast.simulation.cli;

import org.jspecify.annotations.NullMarked;
