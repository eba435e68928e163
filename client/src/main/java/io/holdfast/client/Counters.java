package io.holdfast.client;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.reconnect.Ending;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/** What {@link ClientMetrics} is made of. Written and read on the driver's thread only. */
final class Counters {
    /** Turns in a row that failed without a connection that they could end. */
    int failedTurns;

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
    /** More reconnects in a minute than any policy allows. */
    private static final int MOST_KEPT = 1_000;

    long messagesReceived;
    long messagesSent;
    long bytesReceived;
    long bytesSent;
    long gaps;
    int lastCloseCode;
    long roundTripNanos;
    private final ArrayDeque<Long> reconnects = new ArrayDeque<>();

    /** @param up whether the connection had its welcome; a failed try leaves the code as it is */
    void ended(Ending ending, boolean up) {
        if (ending instanceof Ending.Closed closed) {
            lastCloseCode = closed.code();
        } else if (ending instanceof Ending.Left) {
            lastCloseCode = CloseCode.NORMAL.code();
        } else if (up) {
            lastCloseCode = ClientException.ABNORMAL_CLOSURE;
        }
    }

    void reconnected(long nowNanos) {
        if (reconnects.size() == MOST_KEPT) {
            reconnects.removeFirst();
        }
        reconnects.add(nowNanos);
    }

    int reconnectsPerMinute(long nowNanos) {
        while (!reconnects.isEmpty() && nowNanos - reconnects.getFirst() > MINUTE) {
            reconnects.removeFirst();
        }
        return reconnects.size();
    }
}
