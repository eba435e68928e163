package io.holdfast.conformance.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.ClosedCause;
import io.holdfast.client.ErrorKind;
import io.holdfast.client.Event;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a client makes of a server's close (spec: client, "Reconnecting", and lifecycle, "Close codes"),
 * for one whose first delay is {@link #FIRST} and that has no jitter.
 */
public final class CloseTable {
    /** Of the presets browser, deepstream and feed. */
    public static final Duration FIRST = Duration.ofSeconds(1);

    /**
     * One code.
     *
     * @param cause that ends the client, or null where it comes back
     * @param least it announces to wait before
     * @param most it announces to wait before
     */
    public record Row(int code, @Nullable ClosedCause cause, Duration least, Duration most) {

        /** Checks the next that the client says after it was connected and closed. */
        public void check(ClientEvents client, String reason) throws InterruptedException {
            if (cause == null) {
                var gone = client.next(Event.Disconnected.class);
                assertThat(gone.error().kind()).isEqualTo(ErrorKind.CLOSED);
                assertThat(gone.error().closeCode()).isEqualTo(code);
                assertThat(gone.error().closeReason()).isEqualTo(reason);
                assertThat(gone.retryIn()).isBetween(least, most);
                assertThat(client.client().metrics().state()).isEqualTo("disconnected");
            } else {
                var closed = client.next(Event.Closed.class);
                assertThat(closed.cause()).isEqualTo(cause);
                assertThat(closed.error()).isNotNull();
                assertThat(closed.error().closeCode()).isEqualTo(code);
                assertThat(closed.error().closeReason()).isEqualTo(reason);
                assertThat(client.client().metrics().state()).isEqualTo("closed");
            }
            assertThat(client.client().metrics().lastCloseCode()).isEqualTo(code);
        }

        @Override
        public String toString() {
            return code + (cause == null ? ": comes back" : ": " + cause);
        }
    }

    private CloseTable() {}

    private static Row stays(int code, ClosedCause cause) {
        return new Row(code, cause, Duration.ZERO, Duration.ZERO);
    }

    private static Row comesBack(int code, Duration least, Duration most) {
        return new Row(code, null, least, most);
    }

    /** Every code of the table, and some that nobody has given a meaning. */
    public static List<Row> rows() {
        return Stream.of(
                        Stream.of(
                                stays(1000, ClosedCause.FINISHED),
                                stays(1003, ClosedCause.NOT_UNCHANGED),
                                stays(1007, ClosedCause.NOT_UNCHANGED),
                                stays(1008, ClosedCause.UNAUTHORISED),
                                stays(1009, ClosedCause.NOT_UNCHANGED),
                                stays(4500, ClosedCause.REPLACED),
                                stays(4501, ClosedCause.TOKEN_EXPIRED),
                                stays(4502, ClosedCause.CLOSED_BY_OPERATOR),
                                stays(4503, ClosedCause.TOLD_TO_STAY_AWAY),
                                stays(4777, ClosedCause.TOLD_TO_STAY_AWAY),
                                stays(4999, ClosedCause.TOLD_TO_STAY_AWAY),
                                comesBack(1001, Duration.ofSeconds(5), Duration.ofSeconds(5)),
                                comesBack(1013, Duration.ofSeconds(10), Duration.ofSeconds(10)),
                                // "Backoff with jitter", even for a client that has none else.
                                comesBack(1012, Duration.ZERO, FIRST)),
                        Stream.of(
                                        1002, 1010, 1011, 1014, 3000, 3999, 4000, 4100, 4101, 4102,
                                        4400, 4499)
                                .map(code -> comesBack(code, FIRST, FIRST)))
                .flatMap(rows -> rows)
                .toList();
    }
}
