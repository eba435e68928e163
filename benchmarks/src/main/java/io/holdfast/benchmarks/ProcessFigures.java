package io.holdfast.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** What Linux says about a process, from {@code /proc} (proc(5)). */
final class ProcessFigures {
    /**
     * USER_HZ: the unit of times in {@code /proc}, 100 a second on every Linux architecture that
     * Java runs on.
     */
    private static final long NANOS_PER_TICK = 10_000_000;

    private ProcessFigures() {}

    /** CPU time of all threads, those that have ended included. */
    record Cpu(long userNanos, long systemNanos) {
        Cpu since(Cpu before) {
            return new Cpu(userNanos - before.userNanos, systemNanos - before.systemNanos);
        }

        long totalNanos() {
            return userNanos + systemNanos;
        }
    }

    static Cpu cpu(long pid) {
        String stat = read(Path.of("/proc", Long.toString(pid), "stat"));
        // The command, field 2, is in parentheses and may hold blanks: count from its end.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return new Cpu(
                Long.parseLong(fields[11]) * NANOS_PER_TICK,
                Long.parseLong(fields[12]) * NANOS_PER_TICK);
    }

    /** CPU time of the whole machine, idle and I/O wait left out. */
    static long machineBusyNanos() {
        String[] fields = read(Path.of("/proc/stat"))
                .lines()
                .findFirst()
                .orElseThrow()
                .trim()
                .split("\\s+", -1);
        long busy = 0;
        for (int field = 1; field <= 8; field++) {
            if (field != 4 && field != 5) {
                busy += Long.parseLong(fields[field]);
            }
        }
        return busy * NANOS_PER_TICK;
    }

    static long residentBytes(long pid) {
        String status = read(Path.of("/proc", Long.toString(pid), "status"));
        return statusKibibytes(status, "VmRSS:") * 1024;
    }

    private static long statusKibibytes(String status, String key) {
        String line = status.lines().filter(l -> l.startsWith(key)).findFirst().orElseThrow();
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }

    static String statusLine(String key) {
        return read(Path.of("/proc/self/status"))
                .lines()
                .filter(line -> line.startsWith(key + ":"))
                .findFirst()
                .orElseThrow()
                .substring(key.length() + 1)
                .trim();
    }

    /** The hard limit of open files, which servers inherit and to which a JVM raises its own. */
    static long openFilesLimit() {
        String line = read(Path.of("/proc/self/limits"))
                .lines()
                .filter(l -> l.startsWith("Max open files"))
                .findFirst()
                .orElseThrow();
        List<String> words = List.of(line.trim().split("\\s+", -1));
        String hard = words.get(words.size() - 2);
        return "unlimited".equals(hard) ? Long.MAX_VALUE : Long.parseLong(hard);
    }

    /**
     * Bytes of live objects after the full collection that {@code jcmd} makes; empty without {@code
     * jcmd}.
     */
    static OptionalLong liveHeapBytes(long pid) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) {
            return OptionalLong.empty();
        }
        try {
            Process process = new ProcessBuilder(
                            jcmd.toString(), Long.toString(pid), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return output.lines()
                    .filter(line -> line.startsWith("Total"))
                    .mapToLong(line -> Long.parseLong(line.trim().split("\\s+", -1)[2]))
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException("The benchmarks read /proc: they run on Linux only.", e);
        }
    }
}
