/**
 * Pure: the PROXY protocol, by which a load balancer says whom it speaks for (haproxy's
 * {@code proxy-protocol.txt}, versions 1 and 2). To be believed from {@code trusted_proxies} only.
 */
@NullMarked
package io.holdfast.protocol.proxy;

import org.jspecify.annotations.NullMarked;
