/** Pure: the states of the whole server. */
@NullMarked
package io.holdfast.protocol.lifecycle;

import org.jspecify.annotations.NullMarked;
