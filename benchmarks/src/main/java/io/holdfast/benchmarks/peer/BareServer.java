package io.holdfast.benchmarks.peer;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;

import java.net.InetSocketAddress;

/**
 * The yardstick: what Netty costs when nothing is around it. One epoll loop, one handler per
 * connection from the first byte on, no HTTP codec, no buffer while idle.
 */
public final class BareServer {
    private static final int BACKLOG = 4096;

    private BareServer() {}

    public static void main(String[] args) throws InterruptedException {
        Epoll.ensureAvailability();
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        BareRoom room = new BareRoom();
        Channel listening = new ServerBootstrap()
                .group(loop)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new BareConnection(room));
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        Ready.print(((InetSocketAddress) listening.localAddress()).getPort());
        listening.closeFuture().sync();
    }
}
