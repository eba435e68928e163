package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.server.config.ConfigLoader;
import io.holdfast.server.config.ConfigSources;
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
    void botPortSetsWhereBotsConnect() {
        assertThat(holdfast.execute("serve", "--print-config", "--bot-port", "9100"))
                .isZero();
        assertThat(section("bot")).containsPattern("(?m)^port = 9100 +; --bot-port$");
    }

    @Test
    void hostIsForBothPortsOfClientsUnlessTheBotPortHasItsOwn() {
        assertThat(holdfast.execute("serve", "--print-config", "--host", "127.0.0.1"))
                .isZero();
        assertThat(section("server")).containsPattern("(?m)^host = 127.0.0.1 +; --host$");
        assertThat(section("bot")).containsPattern("(?m)^host = 127.0.0.1 +; --host$");
        out.getBuffer().setLength(0);
        assertThat(holdfast.execute(
                        "serve", "--print-config", "--set", "bot.host=::", "--host", "127.0.0.1"))
                .isZero();
        assertThat(section("bot")).containsPattern("(?m)^host = :: +; --set bot.host$");
    }

    @Test
    void warmUpTakesOnlyFreePortsOfTheLoopback() throws Exception {
        var config = ConfigLoader.load(ConfigSources.of(WarmUpCommand.SETTINGS));
        assertThat(config.server().host()).isEqualTo("127.0.0.1");
        assertThat(config.server().port()).isZero();
        assertThat(config.bot().host()).isEqualTo("127.0.0.1");
        assertThat(config.bot().port()).isZero();
        assertThat(config.server().operationsPort()).isZero();
    }

    private String section(String name) {
        var listing = out.toString();
        var from = listing.indexOf("[" + name + "]");
        assertThat(from).as("[%s] in:%n%s", name, listing).isNotNegative();
        var end = listing.indexOf("\n[", from);
        return listing.substring(from, end < 0 ? listing.length() : end);
    }

    @Test
    void noCommandExitsWithTwoAndShowsTheUsage() {
        assertThat(holdfast.execute()).isEqualTo(2);
        assertThat(err.toString()).contains("name a command", "Usage: holdfast");
    }
}
