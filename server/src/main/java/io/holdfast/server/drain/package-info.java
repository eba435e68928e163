/** I/O: drives the pure drain machine: signals and departures in, messages, closes and log lines out. */
@NullMarked
package io.holdfast.server.drain;

import org.jspecify.annotations.NullMarked;
