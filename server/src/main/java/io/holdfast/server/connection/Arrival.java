package io.holdfast.server.connection;

import io.holdfast.server.room.Joined;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the answer to a {@code hello} says.
 *
 * @param returning whether the client said that it had been here before
 * @param restored whether its session went on
 * @param token its new session token
 * @param streams where each of its streams stands, in the order of joining
 * @param unknown streams that it named and does not belong to
 */
public record Arrival(
        boolean returning,
        boolean restored,
        String token,
        Map<String, Joined> streams,
        List<String> unknown) {

    /** Messages that it is sent again. */
    long recovered() {
        return streams.values().stream()
                .mapToLong(joined -> joined.recovery().recovered())
                .sum();
    }

    /** Streams of which it missed something. */
    long gaps() {
        return streams.values().stream()
                .filter(joined -> joined.recovery().gap() != null)
                .count();
    }

    /** Without the token, which is as good as the session. */
    @Override
    public String toString() {
        return "Arrival[restored=" + restored + ", streams=" + streams + "]";
    }

    /** Gathers the answers of the streams' homes. */
    static final class Gathering {
        final Hello hello;
        final Clients.Seat.Taken seat;
        private final Map<String, @Nullable Joined> answers = new LinkedHashMap<>();
        private int missing;
        /** Streams that could not be had. */
        final List<String> refused = new ArrayList<>();

        Gathering(Hello hello, Clients.Seat.Taken seat) {
            this.hello = hello;
            this.seat = seat;
        }

        void expect(String stream) {
            answers.put(stream, null);
            missing++;
        }

        /** Says whether that was the last one. */
        boolean answered(String stream, @Nullable Joined joined) {
            if (joined == null) {
                answers.remove(stream);
            } else {
                answers.put(stream, joined);
            }
            return --missing == 0;
        }

        Arrival arrival() {
            Map<String, Joined> streams = new LinkedHashMap<>();
            answers.forEach((stream, joined) -> {
                if (joined != null) {
                    streams.put(stream, joined);
                }
            });
            List<String> unknown = hello.positions().keySet().stream()
                    .filter(stream -> !answers.containsKey(stream))
                    .toList();
            String token = seat.token();
            return new Arrival(
                    hello.returns(), seat.restored(), token == null ? "" : token, streams, unknown);
        }
    }
}
