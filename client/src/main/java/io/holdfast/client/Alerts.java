package io.holdfast.client;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.reconnect.Ending;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Watches the conditions that the application has set. On the driver's thread; given the time. */
final class Alerts {
    /** No deadline. */
    static final long NEVER = Long.MAX_VALUE;

    private static final class FailureWindow {
        final AlertCondition.Failures condition;
        /** Of the newest failures, as many as the condition counts. */
        private final ArrayDeque<Long> times = new ArrayDeque<>();

        private boolean told;

        FailureWindow(AlertCondition.Failures condition) {
            this.condition = condition;
        }

        /** Returns whether the condition has become true: not again before it has ceased. */
        boolean failed(long nowNanos) {
            told = told && isTrue(nowNanos);
            if (times.size() == condition.count()) {
                times.removeFirst();
            }
            times.addLast(nowNanos);
            boolean becameTrue = !told && isTrue(nowNanos);
            told = told || becameTrue;
            return becameTrue;
        }

        private boolean isTrue(long nowNanos) {
            return times.size() == condition.count()
                    && nowNanos - times.getFirst() < condition.within().toNanos();
        }
    }

    private static final class Outage {
        final AlertCondition.NotConnected condition;
        boolean told;

        Outage(AlertCondition.NotConnected condition) {
            this.condition = condition;
        }
    }

    private final List<FailureWindow> windows = new ArrayList<>();
    private final List<Outage> outages = new ArrayList<>();
    private final List<AlertCondition.MissedMessages> gaps = new ArrayList<>();
    private final Consumer<Event.Alert> told;
    private boolean connected;
    private long notConnectedSince;

    /** Not connected from the beginning. */
    Alerts(List<AlertCondition> conditions, long nowNanos, Consumer<Event.Alert> told) {
        this.told = told;
        this.notConnectedSince = nowNanos;
        for (AlertCondition condition : conditions) {
            switch (condition) {
                case AlertCondition.Failures failures -> windows.add(new FailureWindow(failures));
                case AlertCondition.NotConnected outage -> outages.add(new Outage(outage));
                case AlertCondition.MissedMessages missed -> gaps.add(missed);
            }
        }
    }

    void connected() {
        connected = true;
    }

    /** A connection, or a try at one, has ended. */
    void ended(Ending ending, long nowNanos) {
        if (connected) {
            connected = false;
            notConnectedSince = nowNanos;
            outages.forEach(outage -> outage.told = false);
        }
        if (!isFailure(ending)) {
            return;
        }
        for (FailureWindow window : windows) {
            if (window.failed(nowNanos)) {
                tell(
                        window.condition,
                        window.condition.count() + " failures in " + window.condition.within());
            }
        }
    }

    /** Whoever goes as the server has asked, or is sent away with its goodbye, has not failed. */
    private static boolean isFailure(Ending ending) {
        return switch (ending) {
            case Ending.Left ignored -> false;
            case Ending.Closed closed -> closed.code() != CloseCode.NORMAL.code();
            default -> true;
        };
    }

    void missed(Event.Gap gap) {
        gaps.forEach(condition -> tell(condition, "messages were missed: " + gap));
    }

    void timer(long nowNanos) {
        for (Outage outage : outages) {
            if (!connected && !outage.told && nowNanos - deadline(outage) >= 0) {
                outage.told = true;
                tell(outage.condition, "not connected for " + outage.condition.time());
            }
        }
    }

    long nextDeadlineNanos() {
        long next = NEVER;
        for (Outage outage : outages) {
            if (!connected && !outage.told) {
                next = Math.min(next, deadline(outage));
            }
        }
        return next;
    }

    private long deadline(Outage outage) {
        return notConnectedSince + outage.condition.time().toNanos();
    }

    private void tell(AlertCondition condition, String what) {
        told.accept(new Event.Alert(condition, what));
    }
}
