/** Pure: a simulated server, made of the real machines. */
@NullMarked
package io.holdfast.simulation.server;

import org.jspecify.annotations.NullMarked;
