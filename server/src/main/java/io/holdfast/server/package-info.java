/** I/O: the embeddable server, which wires machines, transport and configuration together. */
@NullMarked
package io.holdfast.server;

import org.jspecify.annotations.NullMarked;
