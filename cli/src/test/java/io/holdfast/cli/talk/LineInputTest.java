package io.holdfast.cli.talk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class LineInputTest {
    private static LineInput of(String text) {
        return new LineInput(new ByteArrayInputStream(text.getBytes(UTF_8)));
    }

    @Test
    void linesEndWithAnyLineEndAndTheLastNeedsNone() throws IOException {
        LineInput input = of("один\r\n\ntwo\n3");
        assertThat(input.readLine()).isEqualTo("один");
        assertThat(input.readLine()).isEmpty();
        assertThat(input.readLine()).isEqualTo("two");
        assertThat(input.readLine()).isEqualTo("3");
        assertThat(input.readLine()).isNull();
    }

    @Test
    void allOfItLosesOneLineEndOnly() throws IOException {
        assertThat(of("a\nb\n\n").readAll()).isEqualTo("a\nb\n");
        assertThat(of("a\r\n").readAll()).isEqualTo("a");
        assertThat(of("").readAll()).isEmpty();
    }

    @Test
    void whatTheServerWouldNotTakeIsNotRead() throws IOException {
        String longest = "x".repeat(LineInput.MAX_CHARS);
        assertThat(of(longest + "\n").readLine()).isEqualTo(longest);
        assertThatIOException().isThrownBy(() -> of(longest + "x\n").readLine());
        assertThatIOException().isThrownBy(() -> of(longest + "x").readAll());
    }
}
