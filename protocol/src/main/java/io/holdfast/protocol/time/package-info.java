/** Pure: timers that are told the time. */
@NullMarked
package io.holdfast.protocol.time;

import org.jspecify.annotations.NullMarked;
