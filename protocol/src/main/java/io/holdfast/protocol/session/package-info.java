/** Pure: who owns a client id, what it may resume, and for how long it may stay away. */
@NullMarked
package io.holdfast.protocol.session;

import org.jspecify.annotations.NullMarked;
