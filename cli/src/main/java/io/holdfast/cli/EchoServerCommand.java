package io.holdfast.cli;

import io.holdfast.protocol.websocket.FrameLimits;
import io.holdfast.server.EchoServer;
import io.holdfast.server.config.Config;
import io.holdfast.server.config.ConfigException;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast echo-server}: for protocol test suites, and for nothing else. */
@Command(
        name = "echo-server",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Echo WebSocket messages on the server's own pipeline, on loopback.")
final class EchoServerCommand implements Callable<Integer> {
    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws ConfigException, IOException, InterruptedException {
        Config config = options.load();
        FrameLimits frames =
                new FrameLimits(config.limits().messageBytes(), config.limits().maxFragments());
        try (EchoServer server = new EchoServer(config.server().port(), frames)) {
            Output.of(spec).print("READY http=" + server.port());
            new CountDownLatch(1).await();
            return 0;
        }
    }
}
