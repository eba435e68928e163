package io.holdfast.server.systemd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.server.log.Event;
import io.holdfast.server.log.EventLog;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells systemd the service's state over the datagram socket that {@code NOTIFY_SOCKET} names
 * (sd_notify(3)). Without that variable, or where datagrams to Unix sockets cannot be sent, it does
 * nothing. A datagram that cannot be delivered is logged once and then forgotten: the service must
 * not suffer from its supervisor. Thread-safe.
 */
public final class SystemdNotifier {
    private final EventLog log = new EventLog(SystemdNotifier.class);
    private final @Nullable Channel channel;
    private final @Nullable DomainSocketAddress supervisor;
    private volatile boolean failed;

    private SystemdNotifier(@Nullable Channel channel, @Nullable DomainSocketAddress supervisor) {
        this.channel = channel;
        this.supervisor = supervisor;
    }

    /** @param socket the value of {@code NOTIFY_SOCKET}, or null when nobody listens */
    public static SystemdNotifier open(@Nullable String socket, EventLoop loop) {
        if (socket == null || socket.isEmpty() || !Epoll.isAvailable()) {
            return new SystemdNotifier(null, null);
        }
        Channel channel = new Bootstrap()
                .group(loop)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .bind(new DomainSocketAddress(""))
                .syncUninterruptibly()
                .channel();
        // An address that begins with "@" is in the abstract name space: its first byte is zero.
        String path = socket.startsWith("@") ? "\0" + socket.substring(1) : socket;
        return new SystemdNotifier(channel, new DomainSocketAddress(path));
    }

    /** The service is up. */
    public void ready(String status) {
        send("READY=1\nSTATUS=" + status);
    }

    /** The service has begun to leave, and needs so much more time from now. */
    public void stopping(String status, Duration needed) {
        send("STOPPING=1\nSTATUS=" + status + "\n" + extension(needed));
    }

    /** It is still leaving. */
    public void progress(String status, Duration needed) {
        send("STATUS=" + status + "\n" + extension(needed));
    }

    private static String extension(Duration needed) {
        return "EXTEND_TIMEOUT_USEC=" + needed.toNanos() / 1_000;
    }

    private void send(String state) {
        if (channel == null || supervisor == null) {
            return;
        }
        channel.writeAndFlush(
                        new DomainDatagramPacket(Unpooled.copiedBuffer(state, UTF_8), supervisor))
                .addListener(sent -> {
                    if (!sent.isSuccess() && !failed) {
                        failed = true;
                        log.warn(Event.STATE_CHANGED)
                                .cause(sent.cause())
                                .write("systemd could not be told the service's state");
                    }
                });
    }
}
