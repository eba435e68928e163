/** Pure: when a call outward is not worth trying (spec: dialect-bot, circuit breaker). */
@NullMarked
package io.holdfast.protocol.breaker;

import org.jspecify.annotations.NullMarked;
