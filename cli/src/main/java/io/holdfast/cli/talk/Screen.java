package io.holdfast.cli.talk;

import io.holdfast.client.Ack;
import io.holdfast.client.ClientException;
import io.holdfast.client.Event;
import io.holdfast.client.Presence;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Where a conversation is seen and typed. Any thread may show; one reads. Nothing that is shown may
 * carry control characters of a stranger: see {@link Styled}.
 */
public interface Screen extends AutoCloseable {
    /** Thrown by {@link #readLine} when the person wants to leave at once. */
    final class Interrupted extends Exception {
        private static final long serialVersionUID = 1;
    }

    /** Whether a person types: one who can try again after a mistake. */
    boolean isInteractive();

    /** Waits for the next line; null at the end of input. */
    @Nullable
    String readLine(String prompt) throws IOException, Interrupted;

    void event(Event event);

    void acked(Ack ack);

    /** @param what was asked for, in the person's words */
    void notAcked(String what, ClientException why);

    void presence(Presence who);

    /** An answer to the person that has nothing to do with the server. */
    void note(String text);

    /** Gives the terminal back as it was. */
    @Override
    void close();
}
