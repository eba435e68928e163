package io.holdfast.conformance.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Sockets from any of loopback's many addresses, so that one machine can be several. */
public final class Dial {
    private Dial() {}

    /** @param source such as 127.0.0.2 */
    public static Socket from(String source, int port) {
        try {
            var socket = new Socket();
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(source), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int)
                    Inbox.PATIENCE.toMillis());
            return socket;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public static BotClient bot(String source, int port) {
        return BotClient.over(from(source, port));
    }

    /** The hello of a bot that comes back. */
    public static String hello(String clientKey, String sessionToken) {
        return "{\"event\":\"hello\",\"data\":{\"client_key\":\"" + clientKey
                + "\",\"session_token\":\"" + sessionToken + "\"}}";
    }
}
