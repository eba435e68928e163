package io.holdfast.cli.talk;

import io.holdfast.client.Ack;
import io.holdfast.client.ClientException;
import io.holdfast.client.Event;
import io.holdfast.client.Presence;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * Without a terminal: what was said goes to standard output, what happens to the connection to
 * standard error. A line each.
 */
final class PlainScreen implements Screen {
    private final String url;
    private final LineInput in;
    private final PrintWriter out;
    private final PrintWriter err;

    PlainScreen(String url, LineInput in, PrintWriter out, PrintWriter err) {
        this.url = url;
        this.in = in;
        this.out = out;
        this.err = err;
    }

    @Override
    public boolean isInteractive() {
        return false;
    }

    @Override
    public @Nullable String readLine(String prompt) throws IOException {
        return in.readLine();
    }

    @Override
    public void event(Event event) {
        Styled line = EventText.of(event, url);
        if (line != null) {
            print(event instanceof Event.Message ? out : err, line);
        }
    }

    @Override
    public void acked(Ack ack) {
        // Only what goes wrong is worth a line.
    }

    @Override
    public void notAcked(String what, ClientException why) {
        print(err, Styled.of(Styled.Tone.BAD, what + ": ").add(String.valueOf(why.getMessage())));
    }

    @Override
    public void presence(Presence who) {
        print(out, EventText.of(who));
    }

    @Override
    public void note(String text) {
        text.lines().forEach(line -> print(err, Styled.of(Styled.Tone.PLAIN, line)));
    }

    @Override
    public void close() {
        // Nothing was taken that would have to be given back.
    }

    private void print(PrintWriter to, Styled line) {
        synchronized (this) {
            to.println((to.equals(err) ? "* " : "") + line.plain());
            to.flush();
        }
    }
}
