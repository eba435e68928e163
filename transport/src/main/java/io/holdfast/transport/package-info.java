/** I/O: Netty pipelines, and the driver that runs a pure machine on an event loop. */
@NullMarked
package io.holdfast.transport;

import org.jspecify.annotations.NullMarked;
