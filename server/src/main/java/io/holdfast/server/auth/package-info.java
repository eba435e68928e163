/**
 * Who is there: tokens, origins and client addresses. Reads key files when it is built; afterwards
 * it only computes and may be used from any thread.
 */
@NullMarked
package io.holdfast.server.auth;

import org.jspecify.annotations.NullMarked;
