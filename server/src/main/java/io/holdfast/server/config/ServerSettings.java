package io.holdfast.server.config;

import java.time.Duration;
import java.util.List;

/**
 * [server], without what is in {@link LogSettings}.
 *
 * @param port 0 takes a free one
 * @param operationsPort 0 takes a free one
 * @param eventLoops 0 is one per core
 * @param allowedOrigins empty lets every origin in
 */
public record ServerSettings(
        String host,
        int port,
        TlsSettings tls,
        String operationsHost,
        int operationsPort,
        TlsSettings operationsTls,
        int eventLoops,
        Duration keepAliveTimeout,
        List<WebOrigin> allowedOrigins,
        List<Cidr> trustedProxies,
        boolean compression,
        int compressionMinBytes) {

    static ServerSettings from(Values values) {
        return new ServerSettings(
                values.get(ServerKeys.HOST),
                values.get(ServerKeys.PORT_PUBLIC),
                TlsSettings.from(values, ServerKeys.TLS_CERTIFICATE, ServerKeys.TLS_KEY),
                values.get(ServerKeys.OPERATIONS_HOST),
                values.get(ServerKeys.OPERATIONS_PORT),
                TlsSettings.from(
                        values,
                        ServerKeys.OPERATIONS_TLS_CERTIFICATE,
                        ServerKeys.OPERATIONS_TLS_KEY),
                values.get(ServerKeys.EVENT_LOOPS),
                values.get(ServerKeys.KEEP_ALIVE_TIMEOUT),
                values.get(ServerKeys.ALLOWED_ORIGINS),
                values.get(ServerKeys.TRUSTED_PROXIES),
                values.get(ServerKeys.COMPRESSION),
                values.get(ServerKeys.COMPRESSION_MIN_SIZE));
    }
}
