/** I/O: the client library. Begin with {@link io.holdfast.client.HoldfastClient}. */
@NullMarked
package io.holdfast.client;

import org.jspecify.annotations.NullMarked;
