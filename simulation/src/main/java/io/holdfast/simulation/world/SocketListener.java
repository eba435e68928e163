package io.holdfast.simulation.world;

/** Hears what a socket brings, on the thread that owns it. */
public interface SocketListener {
    void bytes(byte[] bytes, int from, int to);

    /** There is room again where there was none. */
    void writable();

    /** The peer will send nothing more. */
    void finished();

    /** Gone: closed by both, reset, or given up by the kernel. The last call. */
    void lost(boolean reset);
}
