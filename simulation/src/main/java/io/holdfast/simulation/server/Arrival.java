package io.holdfast.simulation.server;

import io.holdfast.protocol.stream.Position;
import io.holdfast.simulation.wire.Line;
import io.holdfast.simulation.wire.StreamStart;
import io.holdfast.simulation.world.Hit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a hello waits for, and how it is answered. */
final class Arrival {
    final boolean returning;
    final Seat seat;
    /** Where the client says that it is. */
    final Map<String, Position> named;

    private final SimServer server;
    private int missing;

    Arrival(SimServer server, boolean returning, Seat seat, Map<String, Position> named) {
        this.server = server;
        this.returning = returning;
        this.seat = seat;
        this.named = named;
    }

    void expects(int streams) {
        missing = streams;
    }

    /** @return whether that was the last stream that it waited for */
    boolean subscribed() {
        return --missing == 0;
    }

    /** A client that comes back is at that step: the process may be killed there. */
    void passes(Hit step) {
        if (returning) {
            server.pass(step);
        }
    }

    static Map<String, StreamStart> starts(List<Subscription> subscriptions) {
        Map<String, StreamStart> starts = new LinkedHashMap<>();
        for (Subscription place : subscriptions) {
            StreamStart start = place.start;
            if (start != null) {
                starts.put(place.stream, start);
            }
        }
        return starts;
    }

    byte[] welcome(Map<String, StreamStart> starts) {
        String begin = StreamStart.write(starts);
        return server.settings().version() == 0
                ? Line.of("welcome", returning, seat.restored(), seat.token(), begin)
                : Line.of(
                        "welcome",
                        returning,
                        seat.restored(),
                        seat.token(),
                        begin,
                        "new-in-this-version");
    }
}
