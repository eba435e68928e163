package io.holdfast.cli;

import io.holdfast.server.HoldfastServer;
import io.holdfast.server.StartException;
import io.holdfast.server.config.Config;
import io.holdfast.server.config.ConfigChanges;
import io.holdfast.server.config.ConfigException;
import io.holdfast.server.drain.DrainDriver;
import io.holdfast.server.drain.DrainLog;
import io.holdfast.server.log.Event;
import io.holdfast.server.log.EventLog;
import io.holdfast.server.log.LogOutput;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast serve}. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = "Run the server until a signal tells it to leave.",
        footer = {
            "",
            "SIGTERM or SIGINT lets clients finish and leave; a second one ends the waiting,",
            "a third one the process. SIGHUP reads the configuration again.",
            "Exit status: 0 all left or were closed in time, 3 a second signal cut it short,",
            "1 an error, 2 it could not start."
        })
final class ServeCommand implements Callable<Integer> {
    /** What a third signal leaves behind: the sequence was cut short. */
    private static final int HALTED = 3;

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(
            names = "--print-config",
            description = "print every setting and where it came from, then exit")
    private boolean printConfig;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws ConfigException, StartException {
        Config config = options.load();
        if (printConfig) {
            Output.of(spec).print(config.print());
            return 0;
        }
        try (LogOutput output =
                LogOutput.start(config.log(), new FileOutputStream(FileDescriptor.err))) {
            return serve(config, output);
        }
    }

    private int serve(Config config, LogOutput output) throws StartException {
        EventLog log = new EventLog(ServeCommand.class);
        try (HoldfastServer server = HoldfastServer.start(config, System.getenv("NOTIFY_SOCKET"))) {
            server.countDroppedEvents(output::dropped);
            Signals.on("TERM", () -> server.signal("SIGTERM"));
            Signals.on("INT", () -> server.signal("SIGINT"));
            Reloader reloader = new Reloader(options, config, server, output, log);
            Signals.on("HUP", reloader::reload);
            server.halt().thenRun(() -> Runtime.getRuntime().halt(HALTED));
            log.info(Event.READY)
                    .with("http", server.port())
                    .with("bot", server.botPort())
                    .with("operations", server.operationsPort())
                    .write("ready");
            Output.of(spec)
                    .print("READY http=" + server.port() + " bot=" + server.botPort()
                            + " operations=" + server.operationsPort() + " pid="
                            + ProcessHandle.current().pid());
            DrainDriver.Outcome outcome = server.outcome().join();
            server.close();
            new DrainLog().verdict(outcome.verdict(), outcome.exitStatus());
            return outcome.exitStatus();
        }
    }

    /** Reads the configuration again on SIGHUP. Signals come one at a time. */
    private static final class Reloader {
        private final ConfigOptions options;
        private final HoldfastServer server;
        private final LogOutput output;
        private final EventLog log;
        private Config current;

        Reloader(
                ConfigOptions options,
                Config current,
                HoldfastServer server,
                LogOutput output,
                EventLog log) {
            this.options = options;
            this.current = current;
            this.server = server;
            this.output = output;
            this.log = log;
        }

        synchronized void reload() {
            try {
                Config newer = options.load();
                ConfigChanges changes = newer.changesFrom(current);
                server.reload(newer);
                output.level(newer.log().level());
                current = newer;
                for (ConfigChanges.Change change : changes.live()) {
                    log.info(Event.CONFIG_RELOADED)
                            .with("key", change.key())
                            .write("setting changed");
                }
                for (ConfigChanges.Change change : changes.restart()) {
                    log.warn(Event.CONFIG_RELOADED)
                            .with("key", change.key())
                            .write("this setting changes with the next start only");
                }
                if (changes.isEmpty()) {
                    log.info(Event.CONFIG_RELOADED).write("nothing changed");
                }
            } catch (ConfigException e) {
                log.warn(Event.CONFIG_REJECTED)
                        .with("reason", e.getMessage())
                        .write("the configuration was not taken over; the last good one stays");
            }
        }
    }
}
