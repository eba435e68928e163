package io.holdfast.protocol.reconnect;

import java.util.Locale;

/** Why a client does not come back. */
public enum StopCause {
    /** The application closed it. */
    ASKED,
    /** 1000. */
    FINISHED,
    /** 1003, 1007, 1009: the same would happen again. */
    NOT_UNCHANGED,
    /** 1008, HTTP 401 and 403: not with these credentials. */
    UNAUTHORISED,
    /** 4500: a newer connection has the id; they must not fight over it. */
    REPLACED,
    /** 4501: get a token first. */
    TOKEN_EXPIRED,
    /** 4502. */
    CLOSED_BY_OPERATOR,
    /** A code from 4503 to 4999. */
    TOLD_TO_STAY_AWAY,
    ATTEMPTS_EXHAUSTED;

    /** The word in logs, metrics and the test vectors. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
