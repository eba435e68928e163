package io.holdfast.cli.talk;

import java.util.ArrayList;
import java.util.List;

/**
 * A line in pieces, each with a tone. Everything that reaches a person goes through here, and here
 * everything is made {@link Printable}: no other place has to remember to.
 */
final class Styled {
    /** What a piece is; how that looks is the terminal's. */
    enum Tone {
        PLAIN,
        DIM,
        GOOD,
        WARNING,
        BAD,
        ROOM,
        /** A person's name; each has a colour of its own. */
        NAME
    }

    record Piece(Tone tone, String text) {}

    /** Longer text nobody reads on a terminal; {@code --json} has all of it. */
    private static final int MOST_CHARS = 8_000;

    private final List<Piece> pieces = new ArrayList<>();

    static Styled of(Tone tone, String text) {
        return new Styled().add(tone, text);
    }

    Styled add(Tone tone, String text) {
        String safe = Printable.text(Printable.shortened(text, MOST_CHARS));
        pieces.add(new Piece(tone, safe));
        return this;
    }

    Styled add(String text) {
        return add(Tone.PLAIN, text);
    }

    List<Piece> pieces() {
        return List.copyOf(pieces);
    }

    String plain() {
        StringBuilder text = new StringBuilder();
        pieces.forEach(piece -> text.append(piece.text()));
        return text.toString();
    }
}
