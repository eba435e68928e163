/** I/O: what the dialects share: reading JSON requests, connections that are refused. */
@NullMarked
package io.holdfast.server.dialect;

import org.jspecify.annotations.NullMarked;
