package io.holdfast.protocol.session;

/** Bytes that are not a session's record, or not one that this version can read. */
public final class MalformedSessionRecordException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedSessionRecordException(String message) {
        super(message);
    }

    MalformedSessionRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
