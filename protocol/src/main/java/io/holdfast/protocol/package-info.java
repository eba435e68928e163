/** Pure: the machines that decide, the messages they speak and the limits they keep. */
@NullMarked
package io.holdfast.protocol;

import org.jspecify.annotations.NullMarked;
