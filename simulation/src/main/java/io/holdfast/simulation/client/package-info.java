/** Pure: a simulated client, made of the real machines. */
@NullMarked
package io.holdfast.simulation.client;

import org.jspecify.annotations.NullMarked;
