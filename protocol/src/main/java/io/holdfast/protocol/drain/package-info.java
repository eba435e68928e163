/** Pure: the shutdown sequence: who is told when, who is closed, and how it ended. */
@NullMarked
package io.holdfast.protocol.drain;

import org.jspecify.annotations.NullMarked;
