/** Pure: when, where to and whether a client comes back (spec: client, "Reconnecting"). */
@NullMarked
package io.holdfast.protocol.reconnect;

import org.jspecify.annotations.NullMarked;
