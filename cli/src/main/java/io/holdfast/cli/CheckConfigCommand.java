package io.holdfast.cli;

import io.holdfast.server.auth.Authenticator;
import io.holdfast.server.config.Config;
import io.holdfast.server.config.ConfigException;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast check-config}. */
@Command(
        name = "check-config",
        mixinStandardHelpOptions = true,
        description = "Check the configuration as serve would, and start nothing.")
final class CheckConfigCommand implements Callable<Integer> {
    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws ConfigException {
        Config config = options.load();
        Authenticator authenticator = Authenticator.create(config.auth(), InstantSource.system());
        Output.of(spec)
                .print("The configuration is valid; authentication is "
                        + (authenticator.enabled() ? "on." : "off."));
        return 0;
    }
}
