package io.holdfast.protocol.machine;

/** A machine was asked for a change that its table does not have: a defect in its driver. */
public final class IllegalTransitionException extends IllegalStateException {
    private final String from;
    private final String to;

    IllegalTransitionException(String machine, String from, String to, String allowed) {
        super(machine + " cannot go from " + from + " to " + to + ": from there it may only go to "
                + allowed + "; ask for its state first.");
        this.from = from;
        this.to = to;
    }

    public String from() {
        return from;
    }

    public String to() {
        return to;
    }
}
