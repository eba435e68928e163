package io.holdfast.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One core for the server under test and one for this process, by {@code taskset}.
 *
 * @param note how it was done, or why not, for the report
 */
record Cores(List<String> serverPrefix, String note) {
    static Cores unpinned(String reason) {
        return new Cores(List.of(), "not pinned: " + reason);
    }

    /**
     * Pins this process (all its threads) to the second allowed core; servers will be started on
     * the first.
     */
    static Cores pin() {
        List<Integer> allowed = parse(ProcessFigures.statusLine("Cpus_allowed_list"));
        if (allowed.size() < 2) {
            return unpinned("only one core is allowed to this process");
        }
        int server = allowed.get(0);
        int generator = allowed.get(1);
        try {
            Process taskset = new ProcessBuilder(
                            "taskset",
                            "-a",
                            "-p",
                            "-c",
                            Integer.toString(generator),
                            Long.toString(ProcessHandle.current().pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!taskset.waitFor(10, TimeUnit.SECONDS) || taskset.exitValue() != 0) {
                return unpinned("taskset failed");
            }
        } catch (IOException e) {
            return unpinned("taskset is not installed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unpinned("interrupted");
        }
        return new Cores(
                List.of("taskset", "-c", Integer.toString(server)),
                "server on core " + server + ", generator on core " + generator);
    }

    /** The kernel's list format: {@code 0-3,8}. */
    static List<Integer> parse(String list) {
        List<Integer> cores = new ArrayList<>();
        for (String range : list.split(",", -1)) {
            String[] ends = range.split("-", -1);
            int last = Integer.parseInt(ends[ends.length - 1]);
            for (int core = Integer.parseInt(ends[0]); core <= last; core++) {
                cores.add(core);
            }
        }
        return cores;
    }
}
