package io.holdfast.server.metrics;

import io.holdfast.transport.FrontWatch;

/** Counts what goes wrong before a connection has an owner. Thread-safe. */
public final class FrontCounts implements FrontWatch {
    private final Metrics metrics;

    public FrontCounts(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void trouble(Trouble trouble) {
        switch (trouble) {
            case TOO_MANY_SOCKETS -> metrics.count(LimitName.MAX_CONNECTIONS);
            case TLS -> metrics.count(ErrorKind.TLS);
            case HANDSHAKE_TIMEOUT -> metrics.count(LimitName.HANDSHAKE_TIMEOUT);
            case HEAD_TOO_LARGE -> metrics.count(LimitName.MAX_HEADER_BYTES);
            case TOO_MANY_HEADERS -> metrics.count(LimitName.MAX_HEADERS);
            case BAD_REQUEST -> metrics.count(ErrorKind.HANDSHAKE);
            case PROXY_HEADER -> metrics.count(LimitName.PROXY_HEADER_TIMEOUT);
        }
    }
}
