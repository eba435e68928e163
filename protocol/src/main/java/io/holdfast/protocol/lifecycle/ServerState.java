package io.holdfast.protocol.lifecycle;

/** The state of the whole server (spec: lifecycle, states); each carries what is true there. */
public sealed interface ServerState {

    /** Binding ports, loading the store; health answers 503 {@code starting}. */
    record Starting() implements ServerState {}

    /** Serving; health answers 200. */
    record Running() implements ServerState {}

    /** Running down connections; health answers 503 {@code shutting_down}. */
    record Draining(String reason, String drainId) implements ServerState {}

    /** Serving while a new process on this host copies everything; ready to take it all back. */
    record HandingOver(String handoverId) implements ServerState {}

    /** Over. The process leaves with {@code exitStatus}. */
    record Stopped(int exitStatus) implements ServerState {}

    /** The word in logs, metrics and the admin API. */
    default String label() {
        return switch (this) {
            case Starting ignored -> "starting";
            case Running ignored -> "running";
            case Draining ignored -> "draining";
            case HandingOver ignored -> "handing_over";
            case Stopped ignored -> "stopped";
        };
    }
}
