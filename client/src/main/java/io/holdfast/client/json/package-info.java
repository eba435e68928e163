/** Pure: JSON texts that the client reads and writes. Not for applications: it may change. */
@NullMarked
package io.holdfast.client.json;

import org.jspecify.annotations.NullMarked;
