/** Pure: each dialect's texts as the client's own terms. Not for applications: it may change. */
@NullMarked
package io.holdfast.client.dialect;

import org.jspecify.annotations.NullMarked;
