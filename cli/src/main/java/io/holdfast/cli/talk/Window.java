package io.holdfast.cli.talk;

/** How much may be on its way. */
final class Window {
    /** Messages; what the server reads from one client before it waits (docs/PROTOCOL.md). */
    static final int SIZE = 256;

    private Window() {}
}
