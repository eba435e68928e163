/** I/O: what systemd is told of a service of {@code Type=notify}. */
@NullMarked
package io.holdfast.server.systemd;

import org.jspecify.annotations.NullMarked;
