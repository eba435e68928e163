package io.holdfast.client;

import io.holdfast.protocol.reconnect.Ending;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** A world with a clock that the test moves and a server that the test plays. One thread. */
final class FakeNetwork implements Network {
    private record Timer(long at, long order, Runnable task) {}

    private final PriorityQueue<Timer> timers = new PriorityQueue<>((a, b) ->
            a.at() != b.at() ? Long.compare(a.at(), b.at()) : Long.compare(a.order(), b.order()));
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private long now;
    private long wall = 1_700_000_000_000L;
    private long order;
    final List<FakeLink> links = new ArrayList<>();
    final List<Answered> healthQuestions = new ArrayList<>();
    final List<Endpoint> healthAsked = new ArrayList<>();
    volatile boolean closed;

    @Override
    public long nowNanos() {
        return now;
    }

    @Override
    public long wallMillis() {
        return wall + now / 1_000_000;
    }

    @Override
    public synchronized void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Runnable after(long nanos, Runnable task) {
        Timer timer = new Timer(now + Math.max(0, nanos), order++, task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    @Override
    public Link connect(
            Duration timeout,
            Endpoint endpoint,
            boolean offerResume,
            Map<String, String> headers,
            LinkListener listener) {
        FakeLink link = new FakeLink(endpoint, headers, listener);
        links.add(link);
        return link;
    }

    @Override
    public Runnable get(Duration timeout, Endpoint endpoint, Answered answered) {
        healthQuestions.add(answered);
        healthAsked.add(endpoint);
        return () -> {};
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Runs what was given to {@link #execute}. */
    void run() {
        while (true) {
            Runnable task;
            synchronized (this) {
                task = tasks.poll();
            }
            if (task == null) {
                return;
            }
            task.run();
        }
    }

    /** Moves the clock and fires every timer on the way. */
    void pass(Duration time) {
        long until = now + time.toNanos();
        run();
        while (!timers.isEmpty() && timers.peek().at() <= until) {
            Timer next = timers.remove();
            now = Math.max(now, next.at());
            next.task().run();
            run();
        }
        now = until;
    }

    /** The process stands still: time goes on, and nothing is done. */
    void standStill(Duration time) {
        now += time.toNanos();
    }

    /** The host sleeps: the wall clock goes on, the monotonic one does not. */
    void sleep(Duration time) {
        wall += time.toMillis();
    }

    int timers() {
        return timers.size();
    }

    FakeLink link() {
        return links.getLast();
    }

    /** One connection, played by the test. */
    static final class FakeLink implements Link {
        final Endpoint endpoint;
        final Map<String, String> headers;
        private final LinkListener listener;
        final List<String> sent = new ArrayList<>();
        boolean cut;
        boolean reading = true;
        boolean frames;
        int goodbye;
        long unwritten;

        FakeLink(Endpoint endpoint, Map<String, String> headers, LinkListener listener) {
            this.endpoint = endpoint;
            this.headers = headers;
            this.listener = listener;
        }

        FakeLink open() {
            return open(true);
        }

        FakeLink open(boolean resume) {
            listener.opened(resume);
            return this;
        }

        FakeLink say(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            listener.received(bytes.length);
            if (!cut) {
                listener.text(bytes, 0, bytes.length);
            }
            return this;
        }

        void end(Ending ending) {
            if (!cut) {
                listener.ended(ending, "the test ended it: " + ending.kind());
            }
        }

        void close(int code, String reason) {
            end(new Ending.Closed(code, reason));
        }

        /** What was sent since the last call. */
        List<String> taken() {
            List<String> all = List.copyOf(sent);
            sent.clear();
            return all;
        }

        @Override
        public void send(byte[] utf8) {
            sent.add(new String(utf8, StandardCharsets.UTF_8));
        }

        @Override
        public void ping() {
            sent.add("PING");
        }

        @Override
        public void goodbye(int code, String reason) {
            goodbye = code;
        }

        @Override
        public void refuse(int code, String reason) {
            goodbye = code;
            end(new Ending.ProtocolFault(reason));
            cut = true;
        }

        @Override
        public void cut() {
            cut = true;
        }

        @Override
        public void reading(boolean on) {
            reading = on;
        }

        @Override
        public void speakFrames(boolean gzip) {
            frames = true;
        }

        @Override
        public long unwrittenBytes() {
            return unwritten;
        }
    }
}
