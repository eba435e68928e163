package io.holdfast.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/** Socket options of the TCP side (spec: dialect-bot); {@link Lingering} has the one left. */
final class TcpOptions {
    /** Bytes, each way; Linux reports the double, which is what it takes with its bookkeeping. */
    static final int BUFFER_BYTES = 64 * 1024;
    /** Seconds of silence before the first probe. */
    static final int KEEPALIVE_IDLE = 30;
    /** Seconds between two probes. */
    static final int KEEPALIVE_INTERVAL = 10;

    static final int KEEPALIVE_PROBES = 9;
    /** Milliseconds that written bytes may stay unacknowledged. */
    static final int USER_TIMEOUT = 60_000;

    private TcpOptions() {}

    static void set(ServerBootstrap bootstrap) {
        bootstrap
                // The window's scale is agreed in the handshake: the listener's size is what
                // counts.
                .option(ChannelOption.SO_RCVBUF, BUFFER_BYTES)
                .childOption(ChannelOption.SO_SNDBUF, BUFFER_BYTES)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                // A failed write is to be closed by us, see Lingering.
                .childOption(ChannelOption.AUTO_CLOSE, false);
        (Epoll.isAvailable() ? epoll() : nio()).forEach(bootstrap::childOption);
    }

    static Map<ChannelOption<Integer>, Integer> epoll() {
        return Map.of(
                EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_IDLE,
                EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_INTERVAL,
                EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_PROBES,
                EpollChannelOption.TCP_USER_TIMEOUT, USER_TIMEOUT);
    }

    /** What the JDK has on this system. */
    static Map<ChannelOption<Integer>, Integer> nio() {
        Map<SocketOption<Integer>, Integer> wanted = Map.of(
                ExtendedSocketOptions.TCP_KEEPIDLE, KEEPALIVE_IDLE,
                ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEPALIVE_INTERVAL,
                ExtendedSocketOptions.TCP_KEEPCOUNT, KEEPALIVE_PROBES);
        Map<ChannelOption<Integer>, Integer> options = new HashMap<>();
        try (SocketChannel probe = SocketChannel.open()) {
            Set<SocketOption<?>> supported = probe.supportedOptions();
            wanted.forEach((option, value) -> {
                if (supported.contains(option)) {
                    options.put(NioChannelOption.of(option), value);
                }
            });
        } catch (IOException noSocket) {
            // Then there will be no connections either, and binding says why.
            return Map.of();
        }
        return options;
    }
}
