package io.holdfast.cli.talk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TypedLineTest {
    @Test
    void whatIsNoCommandIsSaid() {
        assertThat(TypedLine.parse("hello  ")).isEqualTo(new TypedLine.Say("hello"));
        assertThat(TypedLine.parse("  indented")).isEqualTo(new TypedLine.Say("  indented"));
        assertThat(TypedLine.parse("//usr/bin")).isEqualTo(new TypedLine.Say("/usr/bin"));
        assertThat(TypedLine.parse("   ")).isEqualTo(new TypedLine.Nothing());
    }

    @Test
    void commandsTakeTheirWords() {
        assertThat(TypedLine.parse("/join kitchen")).isEqualTo(new TypedLine.Join("kitchen"));
        assertThat(TypedLine.parse("/leave")).isEqualTo(new TypedLine.Leave(""));
        assertThat(TypedLine.parse("/who  kitchen")).isEqualTo(new TypedLine.Who("kitchen"));
        assertThat(TypedLine.parse("/to bob how are you"))
                .isEqualTo(new TypedLine.Direct("bob", "how are you"));
        assertThat(TypedLine.parse("/json {\"a\": 1}"))
                .isEqualTo(new TypedLine.SayJson("{\"a\": 1}"));
        assertThat(TypedLine.parse("/event fps {\"fps\":9}"))
                .isEqualTo(new TypedLine.PublishEvent("fps", "{\"fps\":9}"));
        assertThat(TypedLine.parse("/QUIT")).isEqualTo(new TypedLine.Quit());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/join", "/join a b", "/to", "/to bob", "/json", "/event", "/who a b"})
    void aCommandWithoutItsWordsSaysWhatIsExpected(String typed) {
        assertThat(TypedLine.parse(typed))
                .isInstanceOfSatisfying(
                        TypedLine.Wrong.class,
                        wrong -> assertThat(wrong.problem())
                                .startsWith("Expected " + typed.split(" ", -1)[0]));
    }

    @Test
    void anUnknownCommandSaysWhereToLookAndHowToSayIt() {
        assertThat(TypedLine.parse("/foo bar"))
                .isEqualTo(new TypedLine.Wrong("There is no /foo. /help lists what there is;"
                        + " //foo bar says it as text."));
    }

    @Test
    void helpNamesEveryCommand() {
        assertThat(TypedLine.COMMANDS)
                .allSatisfy(command -> assertThat(TypedLine.HELP).contains(command));
    }
}
