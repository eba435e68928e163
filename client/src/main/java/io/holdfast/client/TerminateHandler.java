package io.holdfast.client;

/** Cleans up before a deepstream application is ended by its server. */
@FunctionalInterface
public interface TerminateHandler {
    /**
     * Returns when all is clean: the server is told {@code "OK"} then. An exception, or taking
     * longer than {@link ClientBuilder#terminateTimeout}, is told as {@code "ERROR"} with its
     * message. Either way the client closes afterwards.
     *
     * @return the message for the server
     */
    String terminate(String reason) throws Exception;
}
