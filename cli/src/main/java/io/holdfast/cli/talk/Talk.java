package io.holdfast.cli.talk;

import io.holdfast.client.Ack;
import io.holdfast.client.ClientBuilder;
import io.holdfast.client.ClientException;
import io.holdfast.client.ClosedCause;
import io.holdfast.client.ErrorKind;
import io.holdfast.client.Event;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.json.JsonWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One conversation: lines go from the screen to the server, events the other way. Used once. {@link
 * #run} waits on the caller's thread; lines are read on one of its own, because reading a terminal
 * cannot be broken off everywhere.
 */
public final class Talk {
    private enum Ending {
        /** Wait until everything is acked. */
        END_OF_INPUT,
        /** Leave now: acks are waited for as long as closing takes. */
        LEAVE,
        /** The client does not come back. */
        CLOSED
    }

    /** On top of a message's own time, for the client to say that it has run out. */
    private static final Duration MARGIN = Duration.ofSeconds(2);

    private static final long READER_END_MILLIS = 1_000;

    private final Screen screen;
    private final HoldfastClient client;
    private final Address address;
    private final Duration timeout;
    private final Semaphore window = new Semaphore(Window.SIZE);
    private final CompletableFuture<Ending> ended = new CompletableFuture<>();
    private final AtomicInteger status = new AtomicInteger(ExitStatus.ACKED);
    private final AtomicReference<@Nullable ClientException> connection = new AtomicReference<>();
    private volatile String me = "";
    private volatile boolean online;
    private volatile boolean everConnected;
    /** Where a text goes; null in a dialect without rooms. The reading thread's. */
    private @Nullable String room;

    public Talk(ClientBuilder builder, Address address, Duration timeout, Screen screen) {
        this.screen = screen;
        this.address = address;
        this.timeout = timeout;
        this.room = address.dialect().defaultRoom();
        this.client = builder.listener(this::on).open();
    }

    /** Ends the conversation, from any thread. */
    public void leave() {
        ended.complete(Ending.LEAVE);
    }

    /**
     * Talks until the person, the input or the server ends it.
     *
     * @param rooms to join; the last one is where texts go
     * @param reading false: nothing is read, only shown
     * @return see {@link ExitStatus}
     */
    public int run(List<String> rooms, boolean reading) throws InterruptedException {
        Thread reader = Thread.ofPlatform().daemon().name("holdfast-input").unstarted(this::read);
        try (client) {
            for (String joined : rooms) {
                join(joined);
            }
            if (reading) {
                reader.start();
            }
            if (ended.get() == Ending.END_OF_INPUT) {
                awaitEverything();
            }
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
        settle(MARGIN);
        reader.interrupt();
        if (reading) {
            reader.join(READER_END_MILLIS);
        }
        screen.close();
        return exitStatus();
    }

    /** A person who leaves waits for acks only; a script wants to know that it was connected. */
    private void awaitEverything() throws InterruptedException {
        int open = Window.SIZE - window.availablePermits();
        try {
            if (!screen.isInteractive()) {
                client.connected().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            } else if (open > 0) {
                screen.note("Waiting for acks: " + open + ". Ctrl-C leaves without.");
            }
            settle(timeout.plus(MARGIN));
        } catch (TimeoutException late) {
            screen.note("No connection to " + address.url() + " within " + timeout.toMillis()
                    + " ms. Is the server running?");
        } catch (ExecutionException closed) {
            // The event Closed says why.
        }
    }

    /** Waits until nothing is on its way; each message settles within its own timeout. */
    private void settle(Duration atMost) throws InterruptedException {
        if (window.tryAcquire(Window.SIZE, atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            window.release(Window.SIZE);
        }
    }

    private int exitStatus() {
        int first = status.get();
        if (first == ExitStatus.ACKED && !everConnected) {
            first = ExitStatus.NOT_CONNECTED;
        }
        return first == ExitStatus.NOT_CONNECTED
                ? ExitStatus.of(ErrorKind.NOT_SENT, connection.get())
                : first;
    }

    // What the server says; one event at a time, on the client's thread.

    private void on(Event event) {
        switch (event) {
            case Event.Connected connected -> {
                online = true;
                everConnected = true;
                me = connected.clientId();
            }
            case Event.Disconnected gone -> {
                online = false;
                connection.set(gone.error());
            }
            case Event.Closed closed -> closed(closed);
            default -> {}
        }
        boolean echo = event instanceof Event.Message message && me.equals(message.from());
        if (!echo || screen instanceof JsonScreen) {
            screen.event(event);
        }
    }

    private void closed(Event.Closed closed) {
        if (closed.error() != null) {
            connection.set(closed.error());
        }
        switch (closed.cause()) {
            case ASKED, FINISHED -> {}
            case UNAUTHORISED, TOKEN_EXPIRED -> fail(ExitStatus.UNAUTHORISED);
            case ATTEMPTS_EXHAUSTED -> fail(ExitStatus.NOT_CONNECTED);
            default -> fail(ExitStatus.NOT_ACKED);
        }
        if (closed.cause() != ClosedCause.ASKED) {
            ended.complete(Ending.CLOSED);
        }
    }

    /** The first failure is the one to tell. */
    private void fail(int newStatus) {
        status.compareAndSet(ExitStatus.ACKED, newStatus);
    }

    // What the person types; on the reading thread.

    private void read() {
        try {
            while (true) {
                String line = screen.readLine(prompt());
                if (line == null) {
                    ended.complete(Ending.END_OF_INPUT);
                    return;
                }
                TypedLine typed = TypedLine.parse(line);
                if (typed instanceof TypedLine.Quit) {
                    ended.complete(Ending.END_OF_INPUT);
                    return;
                }
                try {
                    carryOut(typed);
                } catch (IllegalArgumentException | UnsupportedOperationException notPossible) {
                    problem(String.valueOf(notPossible.getMessage()));
                }
            }
        } catch (Screen.Interrupted | InterruptedException leave) {
            ended.complete(Ending.LEAVE);
        } catch (IOException unreadable) {
            screen.note("The input cannot be read: " + unreadable.getMessage());
            fail(ExitStatus.NOT_ACKED);
            ended.complete(Ending.END_OF_INPUT);
        }
    }

    private String prompt() {
        return (room == null ? "" : room) + "> ";
    }

    private void carryOut(TypedLine typed) throws InterruptedException {
        switch (typed) {
            case TypedLine.Say say -> say(say.text());
            case TypedLine.SayJson say ->
                submit("not acked: " + say.json(), () -> client.send(room, say.json()));
            case TypedLine.Direct direct ->
                submit(
                        "not acked: /to " + direct.to() + " " + direct.text(),
                        () -> client.direct(direct.to(), JsonWriter.quoted(direct.text())));
            case TypedLine.Join join -> join(join.room());
            case TypedLine.Leave leave -> leave(leave.room());
            case TypedLine.Who who -> {
                String asked = orCurrent(who.room());
                submit(
                        "no answer to /who",
                        () -> client.who(asked).thenApply(presence -> {
                            screen.presence(presence);
                            return presence;
                        }));
            }
            case TypedLine.PublishEvent event ->
                submit(
                        "not acked: /event " + event.name(),
                        () -> client.event(event.name(), event.json()));
            case TypedLine.Help ignored -> screen.note(TypedLine.HELP);
            case TypedLine.Wrong wrong -> problem(wrong.problem());
            case TypedLine.Nothing ignored -> {}
            case TypedLine.Quit ignored -> {}
        }
    }

    /** A person tries again; a script has failed. */
    private void problem(String words) {
        screen.note(words);
        if (!screen.isInteractive()) {
            fail(ExitStatus.NOT_ACKED);
        }
    }

    private void say(String text) throws InterruptedException {
        if (room == null) {
            problem("There are no rooms in this dialect. Type /event NAME VALUE.");
            return;
        }
        String where = room;
        submit("not acked: " + text, () -> client.send(where, JsonWriter.quoted(text)));
        if (!online && screen.isInteractive()) {
            screen.note("Kept until there is a connection, " + timeout.toSeconds() + " s at most.");
        }
    }

    private void join(String newRoom) throws InterruptedException {
        submit("not joined: " + newRoom, () -> client.join(newRoom));
        room = newRoom;
    }

    private void leave(String which) throws InterruptedException {
        String left = orCurrent(which);
        submit("not left: " + left, () -> client.leave(left));
        if (left.equals(room)) {
            room = address.dialect().defaultRoom();
        }
    }

    private String orCurrent(String named) {
        if (!named.isEmpty()) {
            return named;
        }
        if (room == null) {
            throw new IllegalArgumentException("There are no rooms in this dialect.");
        }
        return room;
    }

    /** Waits for a place in the window first. */
    private void submit(String what, Supplier<CompletableFuture<?>> request)
            throws InterruptedException {
        window.acquire();
        CompletableFuture<?> answer;
        try {
            answer = request.get();
        } catch (RuntimeException notPossible) {
            window.release();
            throw notPossible;
        }
        answer.whenComplete((done, failed) -> {
            try {
                if (done instanceof Ack ack) {
                    screen.acked(ack);
                } else if (failed != null) {
                    notAcked(what, failed);
                }
            } finally {
                window.release();
            }
        });
    }

    private void notAcked(String what, Throwable failed) {
        Throwable cause = failed instanceof CompletionException && failed.getCause() != null
                ? failed.getCause()
                : failed;
        if (!(cause instanceof ClientException why)) {
            throw new IllegalStateException(cause);
        }
        fail(ExitStatus.of(why.kind(), connection.get()));
        screen.notAcked(what, why);
    }
}
