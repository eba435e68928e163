package io.holdfast.cli;

import io.holdfast.cli.talk.Delivery;
import io.holdfast.cli.talk.LineInput;
import io.holdfast.cli.talk.QuietLogs;
import io.holdfast.cli.talk.ServerOptions;
import io.holdfast.cli.talk.Target;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast send}. */
@Command(
        name = "send",
        mixinStandardHelpOptions = true,
        description = "Send a message and wait until the server has it for good; for scripts.",
        footer = {
            "",
            "What is not acked is sent again within --timeout, over reconnects and restarts of the",
            "server, and published once. The access token comes from HOLDFAST_TOKEN or a file.",
            "Exit status: 0 acked, 1 refused or no ack in time, 2 a wrong command line or message,",
            "3 no connection in time (nothing was published), 4 the credentials were refused."
        })
final class SendCommand implements Callable<Integer> {
    /** What a message is. */
    enum Format {
        TEXT,
        JSON
    }

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "MESSAGE",
            description = "what to send; - for standard input")
    private @Nullable String message;

    @ArgGroup
    private Target target = new Target();

    @Option(
            names = "--lines",
            description = "each line of standard input is a message; stops at the first failure")
    private boolean lines;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, or json when messages are JSON values (default: text)")
    private Format format = Format.TEXT;

    @Option(names = "--json", description = "print each ack as a line of JSON")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        QuietLogs.silence();
        CommandLine command = Output.commandLine(spec);
        if (lines ? message != null && !message.equals("-") : message == null) {
            throw new ParameterException(command, "give either MESSAGE, or -, or --lines");
        }
        LineInput input = new LineInput(System.in);
        String only = "";
        if (!lines) {
            try {
                only = "-".equals(message) ? input.readAll() : String.valueOf(message);
            } catch (IOException unreadable) {
                throw new ParameterException(
                        command, "the input cannot be read: " + unreadable.getMessage());
            }
        }
        try {
            target.require(server.address().dialect());
            Delivery delivery = new Delivery(
                    server.client(System.getenv()),
                    target,
                    format == Format.TEXT,
                    json,
                    command.getOut(),
                    command.getErr());
            return lines ? delivery.lines(input) : delivery.one(only);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(command, String.valueOf(wrong.getMessage()), wrong);
        }
    }
}
