package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.Endpoint.Scheme;
import io.holdfast.protocol.reconnect.Ending;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

class NettyNetworkTest {
    @Test
    void aConnectionThatCannotBeBegunEndsAtOnceWithTheReason() throws Exception {
        CompletableFuture<Ending> ended = new CompletableFuture<>();
        LinkListener listener = new LinkListener() {
            @Override
            public void opened(boolean resume) {}

            @Override
            public void text(byte[] bytes, int from, int to) {}

            @Override
            public void received(int bytes) {}

            @Override
            public void sent(int bytes) {}

            @Override
            public void pong() {}

            @Override
            public void ended(Ending ending, String detail) {
                ended.complete(ending);
            }
        };
        Endpoint nowhere = Endpoint.parse("ws://127.0.0.1:9/ws", Scheme.WS);
        NettyNetwork network = new NettyNetwork(SSLContext.getDefault(), Integer.MAX_VALUE);
        try {
            network.connect(Duration.ofSeconds(1), nowhere, false, Map.of(), listener);
            assertThat(ended.get(20, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            Ending.ProtocolFault.class,
                            fault -> assertThat(fault.toString()).contains("maxMessageBytes"));
        } finally {
            network.close();
        }
    }
}
