/**
 * The counting world: clients that keep the contract of a client library, a server that is drained
 * and killed under them, and a ledger that counts what was promised against what arrived.
 *
 * <p>{@link io.holdfast.conformance.world.World} runs it. {@code Ledger} and {@code StreamView}
 * judge and know nothing of sockets; {@code CountingClient}, {@code ClientSession} and
 * {@code Line} talk and judge nothing.
 */
@NullMarked
package io.holdfast.conformance.world;

import org.jspecify.annotations.NullMarked;
