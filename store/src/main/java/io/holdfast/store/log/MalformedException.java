package io.holdfast.store.log;

import java.io.IOException;

/** Bytes that a store has written do not say what they must; the message names what is wrong. */
public final class MalformedException extends IOException {
    private static final long serialVersionUID = 1L;

    public MalformedException(String message) {
        super(message);
    }

    public MalformedException(String message, Throwable cause) {
        super(message, cause);
    }
}
