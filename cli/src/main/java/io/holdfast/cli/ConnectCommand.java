package io.holdfast.cli;

import io.holdfast.cli.talk.Address;
import io.holdfast.cli.talk.ExitStatus;
import io.holdfast.cli.talk.QuietLogs;
import io.holdfast.cli.talk.Screen;
import io.holdfast.cli.talk.Screens;
import io.holdfast.cli.talk.ServerOptions;
import io.holdfast.cli.talk.Talk;
import io.holdfast.client.ClientBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast connect}. */
@Command(
        name = "connect",
        mixinStandardHelpOptions = true,
        description = "Talk with a server: type, and see what comes. /help lists the commands.",
        footer = {
            "",
            "Without a terminal each line of standard input is sent, what is said comes on standard",
            "output, and the end of input ends it as soon as everything is acked. The access token",
            "comes from HOLDFAST_TOKEN or a file. NO_COLOR is honoured.",
            "Exit status: 0 everything was acked, 1 something was not, 2 a wrong command line,",
            "3 there was no connection, 4 the credentials were refused."
        })
final class ConnectCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(
            names = "--room",
            paramLabel = "ROOM",
            description = "join this room; may be given more than once, texts go to the last")
    private List<String> rooms = List.of();

    @Option(
            names = "--resume",
            description = "one session over all reconnects: nothing is missed, or a gap is shown")
    private boolean resume;

    @Option(names = "--listen", description = "read no input; only show, until Ctrl-C")
    private boolean listen;

    @Option(names = "--json", description = "print each event as a line of JSON")
    private boolean json;

    @Option(names = "--no-color", description = "as it says")
    private boolean noColor;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        QuietLogs.silence();
        CommandLine command = Output.commandLine(spec);
        Map<String, String> environment = System.getenv();
        Address address;
        ClientBuilder builder;
        try {
            address = server.address();
            builder = server.client(environment);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(command, String.valueOf(wrong.getMessage()), wrong);
        }
        if (resume) {
            builder.resume();
        }
        Screen screen = Screens.open(
                address.url(), json, !noColor, command.getOut(), command.getErr(), environment);
        try (screen) {
            Talk talk = new Talk(builder, address, server.timeout(), screen);
            AtomicBoolean asked = new AtomicBoolean();
            Runnable leave = () -> {
                if (asked.getAndSet(true)) {
                    Runtime.getRuntime().halt(ExitStatus.INTERRUPTED);
                }
                talk.leave();
            };
            Signals.on("INT", leave);
            Signals.on("TERM", leave);
            return talk.run(rooms, !listen);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(command, String.valueOf(wrong.getMessage()), wrong);
        }
    }
}
