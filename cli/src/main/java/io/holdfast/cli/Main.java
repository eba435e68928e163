package io.holdfast.cli;

import io.holdfast.server.StartException;
import io.holdfast.server.config.ConfigException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The {@code holdfast} command. Exit status: 0 when all went well, 1 when a command failed, 2 when
 * the command line was wrong or nothing could be started; others are the command's own.
 */
@Command(
        name = "holdfast",
        description = "A connection server that restarts without losing a message.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            ServeCommand.class,
            ConnectCommand.class,
            SendCommand.class,
            CheckConfigCommand.class,
            ClassPathCommand.class,
            WarmUpCommand.class,
            EchoServerCommand.class
        })
public final class Main implements Runnable {
    private static final int FAILED = 1;
    private static final int NOT_STARTED = 2;

    @Spec
    private @Nullable CommandSpec spec;

    /** Runs the command and exits with its status. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(Main::report)
                .setParameterExceptionHandler(Main::reportUsage);
    }

    /** One line for what a person can mend; a stack trace only for what we did wrong. */
    private static int report(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        if (e instanceof ConfigException || e instanceof StartException) {
            command.getErr().println("holdfast: " + e.getMessage());
            return NOT_STARTED;
        }
        e.printStackTrace(command.getErr());
        return FAILED;
    }

    /** One line for a wrong option; the list of commands for whoever named none that exists. */
    private static int reportUsage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        if (command.getParent() == null) {
            command.getErr().println("holdfast: " + e.getMessage());
            command.usage(command.getErr());
        } else {
            String name = command.getCommandSpec().qualifiedName();
            command.getErr().println("holdfast: " + e.getMessage() + " (see: " + name + " --help)");
        }
        return NOT_STARTED;
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "name a command");
        }
    }
}
