package io.holdfast.store;

import io.holdfast.protocol.session.SessionRecord;

import java.util.List;

/**
 * Everything that a store keeps, at one moment.
 *
 * @param clockMillis the service clock: it counts while a server serves, and goes on from here
 * @param streams read once, in order; the producer may make each when it is asked for
 */
public record Image(long clockMillis, List<SessionRecord> sessions, Iterable<StreamImage> streams) {

    public static final Image EMPTY = new Image(0, List.of(), List.of());
}
