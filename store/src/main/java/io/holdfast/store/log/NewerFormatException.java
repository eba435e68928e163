package io.holdfast.store.log;

/** A later release wrote this; the message says what to do. */
public final class NewerFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    public NewerFormatException(String message) {
        super(message);
    }
}
