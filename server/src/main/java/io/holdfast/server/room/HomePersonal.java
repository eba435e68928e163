package io.holdfast.server.room;

import org.jspecify.annotations.Nullable;

/**
 * The personal stream of one session at its home loop. It lasts as long as the session, whether
 * anybody reads it or not. Belongs to that loop.
 */
@SuppressWarnings("ReferenceEquality") // A connection is itself and no other.
final class HomePersonal extends HomeStream {
    /** Of the session that it belongs to; a later session of the same client has another stream. */
    final long sessionNumber;

    private @Nullable Subscriber reader;
    private boolean ended;

    HomePersonal(String name, String epoch, long sessionNumber, int loops) {
        super(name, epoch, loops);
        this.sessionNumber = sessionNumber;
    }

    void read(Subscriber subscriber) {
        if (reader != null) {
            audience.count(reader, -1);
        }
        reader = subscriber;
        audience.count(subscriber, 1);
    }

    void leave(Subscriber subscriber) {
        if (reader == subscriber) {
            audience.count(subscriber, -1);
            reader = null;
        }
    }

    boolean isRead() {
        return reader != null;
    }

    /** Its session is over: what is yet to be committed is for nobody who is there. */
    void end() {
        ended = true;
        if (reader != null) {
            leave(reader);
        }
    }

    @Override
    boolean isAbandoned() {
        return ended && !hasOpenDraft() && uncommitted.isEmpty();
    }
}
