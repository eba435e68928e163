/** Pure: numbered messages, what is kept of them, and what a client that comes back gets. */
@NullMarked
package io.holdfast.protocol.stream;

import org.jspecify.annotations.NullMarked;
