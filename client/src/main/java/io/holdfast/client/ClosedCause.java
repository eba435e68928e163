package io.holdfast.client;

/** Why a client does not come back any more. */
public enum ClosedCause {
    /** {@link HoldfastClient#close()} was called. */
    ASKED,
    /** The server closed with 1000: the work is done. */
    FINISHED,
    /** 1003, 1007, 1009: the same would happen again. */
    NOT_UNCHANGED,
    /** 1008, HTTP 401 or 403: new credentials are needed. */
    UNAUTHORISED,
    /** 4501: a fresh token is needed. Not with a token supplier: that one is asked, and it goes on. */
    TOKEN_EXPIRED,
    /** 4500: a newer connection has this client's id. */
    REPLACED,
    /** 4502. */
    CLOSED_BY_OPERATOR,
    /** Another code from 4503 to 4999. */
    TOLD_TO_STAY_AWAY,
    /** As many tries failed as the application allows. */
    ATTEMPTS_EXHAUSTED
}
