package io.holdfast.simulation.world;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection, as a process has it: what it writes waits without bound in the process
 * until the kernel takes it, as with Netty; who writes looks at {@link #hasRoom} first.
 */
public final class SimSocket {
    private final SimLoop loop;
    private final SimNetwork network;
    private final SocketListener listener;
    private @Nullable Pipe out;
    private @Nullable Pipe in;
    private boolean callWhenRoom;
    private boolean closed;
    private boolean finishWhenWritten;
    private boolean peerFinished;

    SimSocket(SimLoop loop, SimNetwork network, SocketListener listener) {
        this.loop = loop;
        this.network = network;
        this.listener = listener;
    }

    void join(Pipe outgoing, Pipe incoming) {
        out = outgoing;
        in = incoming;
    }

    SocketListener listener() {
        return listener;
    }

    /** The thread that owns it. */
    public SimLoop loop() {
        return loop;
    }

    private static Pipe present(@Nullable Pipe pipe) {
        if (pipe == null) {
            throw new IllegalStateException("the socket is not connected yet");
        }
        return pipe;
    }

    Pipe out() {
        return present(out);
    }

    Pipe in() {
        return present(in);
    }

    public boolean isClosed() {
        return closed;
    }

    public void write(byte[] bytes, int from, int to) {
        if (!closed && !finishWhenWritten) {
            out().write(Arrays.copyOfRange(bytes, from, to));
        }
    }

    /** Bytes that the kernel has not taken. */
    public long unsent() {
        return out().unsent();
    }

    /** Above it there is no room. */
    public long highWaterBytes() {
        return network.conditions().highWaterBytes();
    }

    public boolean hasRoom() {
        return out().unsent() < highWaterBytes();
    }

    /** Rises whenever the kernel takes bytes. */
    public long progress() {
        return out().taken();
    }

    public void callWhenDrained() {
        callWhenRoom = true;
    }

    public void reading(boolean on) {
        in().reading(on);
    }

    /** Sends what waits, and that this is all. */
    public void finish() {
        if (!closed && !finishWhenWritten) {
            finishWhenWritten = true;
            out().finish();
            maybeOver();
        }
    }

    /** Ends it at once; what is on its way is lost. */
    public void cut() {
        if (!closed) {
            closed = true;
            out().reset();
            in().abandon();
            network.forget(this);
            loop.execute(() -> listener.lost(false));
        }
    }

    /** The process forgets it without a word to the peer: its host has lost the network. */
    public void abandon() {
        if (!closed) {
            closed = true;
            out().deafen();
            in().abandon();
            network.forget(this);
        }
    }

    void taken() {
        if (callWhenRoom && hasRoom()) {
            callWhenRoom = false;
            loop.run(listener::writable);
        }
    }

    void arrived(byte[] bytes) {
        loop.run(() -> {
            if (!closed) {
                listener.bytes(bytes, 0, bytes.length);
            }
        });
    }

    void peerFinished() {
        loop.run(() -> {
            if (!closed) {
                peerFinished = true;
                listener.finished();
                maybeOver();
            }
        });
    }

    /** Both sides have said that this was all, and it was taken. */
    void maybeOver() {
        if (!closed && peerFinished && finishWhenWritten && out().isFinished()) {
            closed = true;
            network.forget(this);
            loop.execute(() -> listener.lost(false));
        }
    }

    /** As with a FIN: what has arrived is read first, however late. */
    void endedBehindWhatArrived() {
        loop.run(this::reset);
    }

    /** What has arrived and was not read is lost. */
    void reset() {
        if (!closed) {
            closed = true;
            network.forget(this);
            loop.run(() -> listener.lost(true));
        }
    }
}
