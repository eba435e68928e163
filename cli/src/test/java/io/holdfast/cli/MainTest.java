package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine holdfast =
            Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    @Test
    void versionNamesHoldfastAndJava() {
        assertThat(holdfast.execute("--version")).isZero();
        assertThat(out.toString()).startsWith("holdfast ").contains("Java ");
    }

    @Test
    void anUnknownCommandExitsWithTwoAndIsNamed() {
        assertThat(holdfast.execute("no-such-command")).isEqualTo(2);
        assertThat(err.toString()).contains("no-such-command");
    }

    @Test
    void aWrongOptionIsOneLineThatSaysWhereToLook() {
        assertThat(holdfast.execute("serve", "--no-such-option")).isEqualTo(2);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("--no-such-option", "holdfast serve --help");
    }

    @Test
    void noCommandExitsWithTwoAndShowsTheUsage() {
        assertThat(holdfast.execute()).isEqualTo(2);
        assertThat(err.toString()).contains("name a command", "Usage: holdfast");
    }
}
