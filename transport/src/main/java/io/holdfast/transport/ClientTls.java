package io.holdfast.transport;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslHandler;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** The client's side of TLS. */
final class ClientTls {
    private ClientTls() {}

    /**
     * Puts TLS in front of what is in the pipeline and begins its handshake.
     *
     * @param host checked against the certificate (RFC 9110 section 4.3.4) and sent as its name
     * @param done is told null, or what went wrong; the connector's timeout bounds it
     */
    static void start(
            Channel channel,
            SSLContext context,
            String host,
            int port,
            Consumer<@Nullable Throwable> done) {
        SSLEngine engine = new JdkSslContext(
                        context,
                        true,
                        null,
                        IdentityCipherSuiteFilter.INSTANCE,
                        null,
                        ClientAuth.NONE,
                        null,
                        false)
                .newEngine(channel.alloc(), host, port);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        SslHandler handler = new SslHandler(engine);
        handler.setHandshakeTimeoutMillis(0);
        channel.pipeline().addFirst(handler);
        handler.handshakeFuture().addListener(finished -> done.accept(finished.cause()));
    }
}
