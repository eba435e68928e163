package io.holdfast.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannelConfig;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class TcpOptionsTest {

    private static EpollSocketChannelConfig acceptedBy(TcpServer server) {
        boolean epoll = Epoll.isAvailable();
        if (!epoll) {
            System.getLogger("test").log(System.Logger.Level.INFO, "skipped: no epoll here");
        }
        assumeTrue(epoll);
        return (EpollSocketChannelConfig)
                server.handler(0).tcp().context().channel().config();
    }

    @Test
    void anAcceptedConnectionHasTheOptionsOfTheSpecification() throws Exception {
        try (TcpServer server = TcpServer.plain();
                Socket client = server.connect()) {
            assertThat(client.isConnected()).isTrue();
            EpollSocketChannelConfig socket = acceptedBy(server);
            assertThat(socket.isTcpNoDelay()).isTrue();
            assertThat(socket.isKeepAlive()).isTrue();
            assertThat(socket.getOption(EpollChannelOption.TCP_KEEPIDLE)).isEqualTo(30);
            assertThat(socket.getOption(EpollChannelOption.TCP_KEEPINTVL)).isEqualTo(10);
            assertThat(socket.getOption(EpollChannelOption.TCP_KEEPCNT)).isEqualTo(9);
            assertThat(socket.getOption(EpollChannelOption.TCP_USER_TIMEOUT)).isEqualTo(60_000);
            assertThat(socket.getSoLinger()).isEqualTo(5);
            assertThat(socket.isAllowHalfClosure()).isTrue();
        }
    }

    @Test
    void buffersAreThoseAskedForWhichLinuxReportsDoubled() throws Exception {
        try (TcpServer server = TcpServer.plain();
                Socket client = server.connect()) {
            assertThat(client.isConnected()).isTrue();
            EpollSocketChannelConfig socket = acceptedBy(server);
            assertThat(socket.getReceiveBufferSize())
                    .as("inherited from the listener")
                    .isEqualTo(2 * 64 * 1024);
            assertThat(socket.getSendBufferSize()).isEqualTo(2 * 64 * 1024);
        }
    }

    @Test
    void withoutEpollTheJdksOptionsAreTakenWhereTheSystemHasThem() throws Exception {
        NioSocketChannel channel = new NioSocketChannel();
        try {
            SocketChannelConfig config = channel.config();
            TcpOptions.nio().forEach((option, value) -> {
                assertThat(config.setOption(option, value)).as(option.name()).isTrue();
                assertThat(config.getOption(option)).as(option.name()).isEqualTo(value);
            });
            assertThat(TcpOptions.nio().values())
                    .as("Linux, macOS and Windows have all three")
                    .containsExactlyInAnyOrder(30, 10, 9);
            assertThat(config.getOption(ChannelOption.SO_LINGER)).isEqualTo(-1);
        } finally {
            channel.unsafe().closeForcibly();
        }
    }
}
