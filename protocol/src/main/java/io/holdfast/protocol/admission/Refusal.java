package io.holdfast.protocol.admission;

/** Why a connection may not stay. */
public enum Refusal {
    FULL("The server has as many connections as it may; try again after retry_after seconds"),
    RATE("Too many new connections from this address in a minute; try again after retry_after"
            + " seconds, or present a session_token"),
    BLOCKED("This address is blocked; try again after retry_after seconds");

    private final String message;

    Refusal(String message) {
        this.message = message;
    }

    /** For the error that the client is sent. */
    public String message() {
        return message;
    }
}
