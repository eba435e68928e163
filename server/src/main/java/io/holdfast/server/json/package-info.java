/** Pure: JSON text, written into and read from byte arrays on the hot path. */
@NullMarked
package io.holdfast.server.json;

import org.jspecify.annotations.NullMarked;
