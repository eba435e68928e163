package io.holdfast.cli.talk;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;

/** Finds the screen that fits to where we run. */
public final class Screens {
    private Screens() {}

    /**
     * A terminal when input and output are one, unless JSON is wanted.
     *
     * @param colours wanted; {@code NO_COLOR} in the environment overrules it (no-color.org)
     */
    public static Screen open(
            String url,
            boolean json,
            boolean colours,
            PrintWriter out,
            PrintWriter err,
            Map<String, String> environment)
            throws IOException {
        if (!json && isTerminal()) {
            boolean asked = environment.getOrDefault("NO_COLOR", "").isEmpty();
            return new TerminalScreen(url, colours && asked, HistoryFile.prepare(environment));
        }
        LineInput in = new LineInput(System.in);
        return json ? new JsonScreen(in, out, err) : new PlainScreen(url, in, out, err);
    }

    /** Of input and output together. Whether Java has a console without one, depends on the JDK. */
    private static boolean isTerminal() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }
}
