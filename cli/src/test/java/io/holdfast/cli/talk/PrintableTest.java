package io.holdfast.cli.talk;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.json.JsonObject;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTest {
    /** All of C0, DEL and C1: 0x9B alone is "CSI" to some terminals. */
    @Test
    void noControlCharacterIsLeftInAText() {
        IntStream.concat(IntStream.range(0, 0x20), IntStream.range(0x7F, 0xA0))
                .forEach(control -> assertThat(Printable.text("a" + (char) control + "b"))
                        .as("U+%04X", control)
                        .matches("a\\\\(u[0-9a-f]{4}|n|r|t)b"));
    }

    @ParameterizedTest
    @CsvSource({"202e", "2066", "200f", "2028", "2029", "feff", "d800", "dc00"})
    void nothingThatTurnsWritingOrBreaksLinesIsLeft(String hex) {
        assertThat(Printable.text("a" + (char) Integer.parseInt(hex, 16) + "b"))
                .isEqualTo("a\\u" + hex + "b");
    }

    @Test
    void whatPeopleWriteStaysAsItIs() {
        String text = "Привіт, 환영합니다, שלום, \\ \" 👩‍👩‍👧 — 100 %";
        assertThat(Printable.text(text)).isEqualTo(text);
        assertThat(Printable.json("\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\""))
                .contains("👩‍👩‍👧");
    }

    @Test
    void jsonBecomesOneLineAndMeansTheSame() {
        String json = "{\n\t\"a\" :\r\n \"x\u009b2J\u202e\u2028\u007f\"}";
        String safe = Printable.json(json);
        assertThat(safe.chars()).allMatch(c -> c >= ' ' && c < 0x7F);
        JsonObject before = JsonObject.parse(json);
        JsonObject after = JsonObject.parse(safe);
        assertThat(before).isNotNull();
        assertThat(after).isNotNull();
        assertThat(after.string("a")).isEqualTo(before.string("a"));
    }

    @Test
    void longTextIsCutBetweenCharacters() {
        assertThat(Printable.shortened("abc", 3)).isEqualTo("abc");
        assertThat(Printable.shortened("ab😀d", 3)).isEqualTo("ab… (5 characters)");
    }

    @Test
    void everyPieceOfALineIsMadePrintable() {
        Styled line = Styled.of(Styled.Tone.NAME, "\u001b[2J").add("\r").add(Styled.Tone.BAD, "\n");
        assertThat(line.plain()).isEqualTo("\\u001b[2J\\r\\n");
    }
}
