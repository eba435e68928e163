/** I/O: the {@code bot} dialect: JSON lines over TCP (spec: dialect-bot). */
@NullMarked
package io.holdfast.server.dialect.bot;

import org.jspecify.annotations.NullMarked;
