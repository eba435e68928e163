package io.holdfast.server.drain;

import io.holdfast.protocol.drain.DrainOutput;
import io.holdfast.protocol.drain.Verdict;
import io.holdfast.server.log.Event;
import io.holdfast.server.log.EventLine;
import io.holdfast.server.log.EventLog;

import java.util.OptionalLong;

/** The lines of a shutdown, from the signal to the verdict. */
public final class DrainLog {
    private final EventLog log = new EventLog(DrainLog.class);

    void signal(String name, int count) {
        String message = switch (count) {
            case 1 -> "signal received: leaving";
            case 2 -> "second signal: waiting ends now";
            default -> "third signal: halting";
        };
        log.info(Event.SHUTDOWN).with("signal", name).write(message);
    }

    void started(String drainId, String reason, int clients) {
        log.info(Event.SHUTDOWN)
                .with("drain_id", drainId)
                .with("reason", reason)
                .totalConnections(clients)
                .write("drain started");
    }

    void progress(DrainOutput.Progress progress) {
        log.info(Event.DRAIN_PROGRESS)
                .with("remaining", progress.remaining())
                .with("gone", progress.gone())
                .with("forced", progress.forced())
                .with("seconds_left", progress.secondsLeft())
                .write("waiting for clients to leave");
    }

    void warn(String text) {
        log.warn(Event.SHUTDOWN).write(text);
    }

    void alreadyDraining(String drainId) {
        log.info(Event.SHUTDOWN).with("drain_id", drainId).write("a drain is under way already");
    }

    /** The last line of the process. */
    public void verdict(Verdict verdict, int exitStatus) {
        EventLine line = log.info(Event.VERDICT)
                .with("drain_id", verdict.drainId())
                .with("outcome", verdict.outcome().name().toLowerCase(java.util.Locale.ROOT))
                .with("clients", verdict.clients())
                .with("told", verdict.told())
                .with("acknowledged", verdict.acknowledged())
                .with("left", verdict.left())
                .with("moved", verdict.moved())
                .with("forced", verdict.forced())
                .with("failed", verdict.failed())
                .with("undelivered", verdict.undelivered())
                .with("untold", verdict.untold())
                .with("telling_ms", verdict.telling().toMillis())
                .with("took_ms", verdict.took().toMillis());
        Verdict.Arriving arriving = verdict.arriving();
        line = known(line, "resumed_without_gap", arriving.resumedWithoutGap());
        line = known(line, "resumed_with_gap", arriving.resumedWithGap());
        line = known(line, "never_came_back", arriving.neverCameBack());
        line = known(line, "interruption_p50_ms", arriving.medianInterruptionMillis());
        line = known(line, "interruption_p99_ms", arriving.p99InterruptionMillis());
        line = known(line, "messages_lost", arriving.messagesLost());
        line.with("exit_status", exitStatus).write("verdict");
    }

    private static EventLine known(EventLine line, String field, OptionalLong value) {
        return value.isPresent()
                ? line.with(field, value.getAsLong())
                : line.with(field, "unknown");
    }
}
