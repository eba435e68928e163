package io.holdfast.cli.talk;

import io.holdfast.client.Ack;
import io.holdfast.client.ClientException;
import io.holdfast.client.Event;
import io.holdfast.client.Presence;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** For programs: one line of JSON for each thing that happens, notes to standard error. */
final class JsonScreen implements Screen {
    private final LineInput in;
    private final PrintWriter out;
    private final PrintWriter err;

    JsonScreen(LineInput in, PrintWriter out, PrintWriter err) {
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
        print(EventJson.of(event));
    }

    @Override
    public void acked(Ack ack) {
        print(EventJson.of(ack, 0));
    }

    @Override
    public void notAcked(String what, ClientException why) {
        print(EventJson.notAcked(why, 0));
    }

    @Override
    public void presence(Presence who) {
        print(EventJson.of(who));
    }

    @Override
    public void note(String text) {
        text.lines().forEach(line -> err.println("holdfast: " + Printable.text(line)));
        err.flush();
    }

    @Override
    public void close() {
        // Nothing was taken that would have to be given back.
    }

    private void print(String json) {
        synchronized (out) {
            out.println(json);
            out.flush();
        }
    }
}
