/**
 * What is counted. Event loops count in memory of their own; everything is summed up when somebody
 * asks.
 */
@NullMarked
package io.holdfast.server.metrics;

import org.jspecify.annotations.NullMarked;
