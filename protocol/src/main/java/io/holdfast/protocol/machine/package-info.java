/** Pure: the legal transitions of a machine as data, and the diagram drawn from them. */
@NullMarked
package io.holdfast.protocol.machine;

import org.jspecify.annotations.NullMarked;
