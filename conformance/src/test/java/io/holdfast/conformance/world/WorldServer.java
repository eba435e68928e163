package io.holdfast.conformance.world;

import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One server in several lives: the same port and the same store, another process each time.
 * Thread-safe; its lives are ended by one thread.
 */
final class WorldServer implements AutoCloseable {
    private enum State {
        RUNNING,
        DRAINING,
        DOWN,
        OVER
    }

    private final Settings settings;
    private final int port;
    private final List<String> complaints = new ArrayList<>();
    private ServerProcess process;
    private State state = State.RUNNING;
    private int life = 1;
    private final Set<Integer> killed = new HashSet<>();

    WorldServer(Settings settings) {
        this.process = ServerProcess.start(settings);
        this.port = process.http();
        this.settings = settings.flag("--port", Integer.toString(port));
    }

    int port() {
        return port;
    }

    /** SIGTERM, and the next life when the process has ended by itself. */
    void drainAndRestart() {
        become(State.DRAINING);
        var status = process.signal("TERM").awaitExit();
        if (status != 0) {
            complain("the drained server ended with status " + status);
        }
        become(State.DOWN);
        restart();
    }

    /** SIGKILL, and the next life. */
    void killAndRestart() {
        synchronized (this) {
            killed.add(life);
            become(State.DOWN);
        }
        process.signal("KILL").awaitExit();
        restart();
    }

    private void restart() {
        listenTo(process);
        process.close();
        var next = ServerProcess.start(settings);
        synchronized (this) {
            process = next;
            life++;
            become(State.RUNNING);
        }
    }

    private synchronized void become(State next) {
        state = next;
        notifyAll();
    }

    /**
     * Waits until there is something to dial.
     *
     * @param not a life that has turned the caller away, or 0
     * @return the life that can be dialled; 0 when there will be none
     */
    synchronized int awaitDialable(int not) throws InterruptedException {
        while (state == State.DOWN || (state != State.OVER && life == not)) {
            wait();
        }
        return state == State.OVER ? 0 : life;
    }

    /** Whether a connection made in that life has no reason to end. */
    synchronized boolean isWell(int during) {
        return state == State.RUNNING && life == during;
    }

    synchronized boolean wasKilled(int life) {
        return killed.contains(life);
    }

    /** What the server itself found wrong. */
    synchronized List<String> complaints() {
        listenTo(process);
        return List.copyOf(complaints);
    }

    List<String> lastLogLines() {
        return process.err().tail(30);
    }

    private void listenTo(ServerProcess life) {
        for (var line : life.err().soFar()) {
            if (line.contains("\"level\":\"ERROR\"") || line.contains("Exception")) {
                complain("the server said: " + line);
            }
        }
    }

    private synchronized void complain(String what) {
        complaints.add(what);
    }

    @Override
    public void close() {
        become(State.OVER);
        process.close();
    }
}
