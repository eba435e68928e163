package io.holdfast.cli;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Where a command prints its results: standard output, or what a test put in its place. */
final class Output {
    private final PrintWriter out;

    private Output(PrintWriter out) {
        this.out = out;
    }

    static Output of(@Nullable CommandSpec spec) {
        return new Output(commandLine(spec).getOut());
    }

    static CommandLine commandLine(@Nullable CommandSpec spec) {
        if (spec == null) {
            throw new IllegalStateException("the command was not started by picocli");
        }
        return spec.commandLine();
    }

    void print(String text) {
        out.println(text);
        out.flush();
    }
}
