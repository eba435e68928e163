/** Pure: how often somebody may do something. */
@NullMarked
package io.holdfast.protocol.limit;

import org.jspecify.annotations.NullMarked;
