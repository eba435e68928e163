/**
 * I/O: rooms across event loops. A room has a home loop, which alone orders its messages; the other
 * loops hear of them through mailboxes.
 */
@NullMarked
package io.holdfast.server.room;

import org.jspecify.annotations.NullMarked;
