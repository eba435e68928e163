/**
 * Structured events: {@link io.holdfast.server.log.EventLog} on SLF4J for everybody, and {@link
 * io.holdfast.server.log.LogOutput}, which the command uses to write them to standard error.
 */
@NullMarked
package io.holdfast.server.log;

import org.jspecify.annotations.NullMarked;
