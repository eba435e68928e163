package io.holdfast.server.room;

/** A subscriber's place among those served; kept by its connection, so that leaving needs no search. */
public final class Place {
    final Subscriber subscriber;
    /** The number of the first slab that it is to get. */
    final long firstSlab;
    /** Where it stands; negative once it has left. */
    int index;

    Place(Subscriber subscriber, long firstSlab, int index) {
        this.subscriber = subscriber;
        this.firstSlab = firstSlab;
        this.index = index;
    }
}
