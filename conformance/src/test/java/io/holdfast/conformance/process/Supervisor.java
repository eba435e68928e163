package io.holdfast.conformance.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.conformance.client.Inbox;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The other end of {@code NOTIFY_SOCKET} (sd_notify(3)): what systemd would hear. With Netty, since
 * the JDK has no datagrams on Unix sockets.
 */
public final class Supervisor implements AutoCloseable {
    private final EventLoopGroup loop;
    private final Channel channel;
    private final BlockingQueue<String> heard;

    private Supervisor(EventLoopGroup loop, Channel channel, BlockingQueue<String> heard) {
        this.loop = loop;
        this.channel = channel;
        this.heard = heard;
    }

    /** @param socket a path, or a name in the abstract name space behind a zero byte */
    public static Supervisor listen(String socket) {
        if (!Epoll.isAvailable()) {
            throw Tool.missing("Netty's epoll transport is not available");
        }
        var heard = new LinkedBlockingQueue<String>();
        var loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        var channel = new Bootstrap()
                .group(loop)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                    @Override
                    protected void channelRead0(
                            ChannelHandlerContext context, DomainDatagramPacket packet) {
                        heard.add(packet.content().toString(UTF_8));
                    }
                })
                .bind(new DomainSocketAddress(socket))
                .syncUninterruptibly()
                .channel();
        return new Supervisor(loop, channel, heard);
    }

    public static Supervisor listen(Path socket) {
        return listen(socket.toString());
    }

    /** The next datagram, as its lines. */
    public List<String> next() {
        try {
            var datagram = heard.poll(Inbox.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (datagram == null) {
                throw new AssertionError("the server told its supervisor nothing");
            }
            return datagram.lines().toList();
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    }
}
