package io.holdfast.client;

import io.holdfast.protocol.reconnect.Ending;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections: gets the access token first, where the application wants to be asked for one
 * each time. The driver's thread, but for the supplier, which has one of its own.
 */
final class Dialer {
    /** Hears of the answer to {@link #freshToken}. */
    interface TokenTaker {
        void got(String token);

        void failed(String detail);
    }

    private final Options options;
    private final Network network;
    private @Nullable String token;
    /** The call of the supplier that has not ended; there is never a second one. */
    private @Nullable Thread asking;

    private @Nullable Waiting waiting;
    /** Who wants a token for a connection that is open; the answer to one call is for all. */
    private @Nullable TokenTaker taker;
    /** Whether that call was interrupted: whoever waits now is not told that it failed. */
    private boolean interrupted;

    Dialer(Options options, Network network) {
        this.options = options;
        this.network = network;
        this.token = options.token();
    }

    /** Of the connection that was opened last; null for none. */
    @Nullable
    String token() {
        return token;
    }

    /** The listener hears how it goes, never inside this call. */
    Link dial(Endpoint place, LinkListener listener) {
        TokenSupplier supplier = options.tokenSupplier();
        if (supplier == null) {
            return connect(place, listener);
        }
        if (waiting != null) {
            waiting.cut(); // a connection and a move at once: the later one is wanted
        }
        Waiting next = new Waiting(place, listener);
        waiting = next;
        if (asking == null) {
            ask(supplier);
        }
        return next;
    }

    /**
     * Asks the supplier, which there is, for a token that does not open a connection. How long that
     * may take is the taker's affair.
     */
    void freshToken(TokenSupplier supplier, TokenTaker wants) {
        taker = wants;
        if (asking == null) {
            ask(supplier);
        }
    }

    /** The application's own, which connections show from now on. */
    void use(String given) {
        token = given;
    }

    /** Nobody waits for a token any more. */
    void stop() {
        taker = null;
        if (waiting != null) {
            waiting.cut();
        }
    }

    private Link connect(Endpoint place, LinkListener listener) {
        Duration timeout = options.settings().openTimeout();
        return network.connect(timeout, place, options.resume(), headers(place), listener);
    }

    private Map<String, String> headers(Endpoint place) {
        Map<String, String> headers = new LinkedHashMap<>(options.headers());
        if (token != null && !place.scheme().isTcp()) {
            headers.put("Authorization", "Bearer " + token);
        }
        return headers;
    }

    private void ask(TokenSupplier supplier) {
        Thread thread = Thread.ofVirtual().name("holdfast-token").unstarted(() -> {
            String got = null;
            String problem = "it gave none, or one with characters that a header has not";
            try {
                got = supplier.token();
            } catch (Throwable failed) { // The application's own: whatever it is fails this try.
                Throwable cause = failed instanceof ExecutionException && failed.getCause() != null
                        ? failed.getCause()
                        : failed;
                problem = String.valueOf(cause);
            }
            String answer = got;
            String why = problem;
            network.execute(() -> answered(answer, why));
        });
        asking = thread;
        interrupted = false;
        thread.start();
    }

    private void answered(@Nullable String answer, String problem) {
        asking = null;
        Waiting waits = waiting;
        TokenSupplier supplier = options.tokenSupplier();
        TokenTaker takes = taker;
        if ((waits == null && takes == null) || supplier == null) {
            return;
        }
        if (interrupted && !isToken(answer)) {
            ask(supplier);
            return;
        }
        waiting = null;
        taker = null;
        String failed = "the token supplier failed: " + problem;
        if (takes != null && answer != null && isToken(answer)) {
            takes.got(answer);
        } else if (takes != null) {
            takes.failed(failed);
        }
        if (waits == null) {
            return;
        }
        if (isToken(answer)) {
            token = answer;
            waits.goOn();
        } else {
            waits.fail(failed);
        }
    }

    /** What may stand in a header (RFC 9110 section 5.5), and in one line of JSON. */
    static boolean isToken(@Nullable String token) {
        return token != null
                && !token.isEmpty()
                && token.chars().allMatch(c -> c >= ' ' && c < 0x7F);
    }

    /** A connection that has no token yet. */
    private final class Waiting implements Link {
        private final Endpoint place;
        private final LinkListener listener;
        private final Runnable stopTimeout;
        private @Nullable Link real;
        private boolean over;

        Waiting(Endpoint place, LinkListener listener) {
            this.place = place;
            this.listener = listener;
            Duration patience = options.settings().openTimeout().dividedBy(2);
            this.stopTimeout = network.after(
                    patience.toNanos(),
                    () -> late("the token supplier gave none in " + patience.toMillis() + " ms"));
        }

        void goOn() {
            stopTimeout.run();
            if (!over) {
                real = connect(place, listener);
            }
        }

        void fail(String detail) {
            stopTimeout.run();
            if (!over) {
                over = true;
                listener.ended(new Ending.NoToken(detail), detail);
            }
        }

        private void late(String detail) {
            letGo();
            fail(detail);
        }

        private void letGo() {
            if (equals(waiting)) {
                waiting = null;
                Thread thread = asking;
                if (thread != null) {
                    interrupted = true;
                    thread.interrupt();
                }
            }
        }

        @Override
        public void cut() {
            over = true;
            stopTimeout.run();
            letGo();
            if (real != null) {
                real.cut();
            }
        }

        @Override
        public void send(byte[] utf8) {
            if (real != null) {
                real.send(utf8);
            }
        }

        @Override
        public void ping() {
            if (real != null) {
                real.ping();
            }
        }

        @Override
        public void goodbye(int code, String reason) {
            if (real != null) {
                real.goodbye(code, reason);
            }
        }

        @Override
        public void refuse(int code, String reason) {
            if (real != null) {
                real.refuse(code, reason);
            }
        }

        @Override
        public void reading(boolean on) {
            if (real != null) {
                real.reading(on);
            }
        }

        @Override
        public void speakFrames(boolean gzip) {
            if (real != null) {
                real.speakFrames(gzip);
            }
        }

        @Override
        public long unwrittenBytes() {
            return real == null ? 0 : real.unwrittenBytes();
        }
    }
}
