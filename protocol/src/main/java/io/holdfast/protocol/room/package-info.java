/** Pure: who is in a room, and how the others are told of coming and going. */
@NullMarked
package io.holdfast.protocol.room;

import org.jspecify.annotations.NullMarked;
