package io.holdfast.server.connection;

import io.holdfast.server.auth.ClientAddress;
import io.holdfast.server.auth.OriginPolicy;
import io.holdfast.server.config.Config;
import io.holdfast.transport.RequestHead;

/**
 * Where requests may come from, as the configuration says it now.
 *
 * @param restricted whether {@code allowed_origins} is set
 */
public record Gate(ClientAddress addresses, OriginPolicy origins, boolean restricted) {
    static Gate of(Config config) {
        return new Gate(
                new ClientAddress(config.server().trustedProxies()),
                OriginPolicy.of(config.server().allowedOrigins()),
                !config.server().allowedOrigins().isEmpty());
    }

    /** The client's address: the socket's, or what a trusted proxy says. */
    public String addressOf(RequestHead request) {
        return addresses
                .resolve(request.remote().getAddress(), request.headerValues("x-forwarded-for"))
                .getHostAddress();
    }
}
