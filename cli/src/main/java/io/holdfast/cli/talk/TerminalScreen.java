package io.holdfast.cli.talk;

import io.holdfast.client.Ack;
import io.holdfast.client.ClientException;
import io.holdfast.client.Event;
import io.holdfast.client.Presence;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.jspecify.annotations.Nullable;

/** A person at a terminal: what happens appears above the line that is being typed. */
final class TerminalScreen implements Screen {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
    /** What is kept of what was typed, between runs too. */
    private static final int HISTORY_LINES = 1_000;

    private static final List<AttributedStyle> NAME_COLOURS = List.of(
            AttributedStyle.DEFAULT.foreground(AttributedStyle.CYAN),
            AttributedStyle.DEFAULT.foreground(AttributedStyle.MAGENTA),
            AttributedStyle.DEFAULT.foreground(AttributedStyle.GREEN),
            AttributedStyle.DEFAULT.foreground(AttributedStyle.YELLOW),
            AttributedStyle.DEFAULT.foreground(AttributedStyle.BLUE),
            AttributedStyle.DEFAULT.foreground(AttributedStyle.BRIGHT + AttributedStyle.CYAN));

    private final String url;
    private final boolean colours;
    private final Terminal terminal;
    private final LineReader reader;

    /** @param history file for what was typed; null: it is forgotten */
    TerminalScreen(String url, boolean colours, @Nullable Path history) throws IOException {
        this.url = url;
        this.colours = colours;
        this.terminal = TerminalBuilder.builder().system(true).dumb(true).build();
        // A backslash and a quote are text like any other.
        DefaultParser asTyped = new DefaultParser().escapeChars(null).quoteChars(new char[0]);
        LineReaderBuilder builder = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("holdfast")
                .parser(asTyped)
                .completer(new StringsCompleter(TypedLine.COMMANDS))
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.HISTORY_IGNORE_SPACE, true)
                .option(LineReader.Option.HISTORY_TIMESTAMPED, false)
                .variable(LineReader.HISTORY_SIZE, HISTORY_LINES)
                .variable(LineReader.HISTORY_FILE_SIZE, HISTORY_LINES);
        if (history != null) {
            builder.variable(LineReader.HISTORY_FILE, history);
        }
        this.reader = builder.build();
    }

    @Override
    public boolean isInteractive() {
        return true;
    }

    @Override
    public @Nullable String readLine(String prompt) throws Interrupted {
        try {
            return reader.readLine(prompt);
        } catch (EndOfFileException end) {
            return null;
        } catch (UserInterruptException leave) {
            throw new Interrupted();
        }
    }

    @Override
    public void event(Event event) {
        Styled line = EventText.of(event, url);
        if (line != null) {
            print(line);
        }
    }

    @Override
    public void acked(Ack ack) {
        if (ack.status().equals("queued")) {
            print(Styled.of(Styled.Tone.DIM, "away now; it waits for them"));
        }
    }

    @Override
    public void notAcked(String what, ClientException why) {
        print(Styled.of(Styled.Tone.BAD, what).add(" (" + why.getMessage() + ")"));
    }

    @Override
    public void presence(Presence who) {
        print(EventText.of(who));
    }

    @Override
    public void note(String text) {
        text.lines().forEach(line -> reader.printAbove(Printable.text(line)));
    }

    @Override
    public void close() {
        try {
            terminal.close();
        } catch (IOException gone) {
            // Nobody is there any more who could miss it.
        }
    }

    private void print(Styled line) {
        AttributedStringBuilder text = new AttributedStringBuilder();
        append(text, Styled.Tone.DIM, LocalTime.now(ZoneId.systemDefault()).format(TIME) + " ");
        for (Styled.Piece piece : line.pieces()) {
            append(text, piece.tone(), piece.text());
        }
        AttributedString printable = text.toAttributedString();
        reader.printAbove(printable);
    }

    private void append(AttributedStringBuilder to, Styled.Tone tone, String text) {
        to.append(text, colours ? style(tone, text) : AttributedStyle.DEFAULT);
    }

    private static AttributedStyle style(Styled.Tone tone, String text) {
        AttributedStyle plain = AttributedStyle.DEFAULT;
        return switch (tone) {
            case PLAIN -> plain;
            case DIM -> plain.foreground(AttributedStyle.BRIGHT); // A bright black: grey.
            case GOOD -> plain.foreground(AttributedStyle.GREEN);
            case WARNING -> plain.foreground(AttributedStyle.YELLOW);
            case BAD -> plain.foreground(AttributedStyle.RED).bold();
            case ROOM -> plain.foreground(AttributedStyle.BLUE);
            case NAME -> NAME_COLOURS.get(Math.floorMod(text.hashCode(), NAME_COLOURS.size()));
        };
    }
}
