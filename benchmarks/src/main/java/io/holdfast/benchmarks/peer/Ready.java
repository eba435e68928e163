package io.holdfast.benchmarks.peer;

/** The line by which the runner learns the port: the same form as Holdfast's. */
final class Ready {
    private Ready() {}

    static void print(int port) {
        System.out.println("READY http=" + port + " bot=0 operations=0 pid="
                + ProcessHandle.current().pid());
    }
}
