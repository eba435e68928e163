/**
 * Pure: how well a connection works, and the pings that tell (spec: dialect-bot, ping and
 * connection quality).
 */
@NullMarked
package io.holdfast.protocol.quality;

import org.jspecify.annotations.NullMarked;
