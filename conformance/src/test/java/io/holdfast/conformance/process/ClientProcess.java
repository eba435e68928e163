package io.holdfast.conformance.process;

import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.client.JavaClientProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Our Java client in a process of its own: {@link JavaClientProgram}. */
public final class ClientProcess implements AutoCloseable {
    private final Tool.Run run;
    private final long pid;

    private ClientProcess(Tool.Run run) {
        this.run = run;
        this.pid = Long.parseLong(run.lines().await("pid ").substring("pid ".length()));
    }

    /**
     * Starts it.
     *
     * @param place makes of a command the one that runs it elsewhere
     */
    public static ClientProcess start(
            UnaryOperator<List<String>> place,
            String dialect,
            String url,
            String id,
            Duration ping,
            Duration silence) {
        var command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                JavaClientProgram.class.getName(),
                dialect,
                url,
                id,
                Long.toString(ping.toMillis()),
                Long.toString(silence.toMillis()));
        return new ClientProcess(Tool.start(Path.of("."), Map.of(), place.apply(command)));
    }

    public Lines lines() {
        return run.lines();
    }

    /** How many of its lines begin with this. */
    public int count(String beginning) {
        return all(beginning).size();
    }

    /** Its lines so far that begin with this. */
    public List<String> all(String beginning) {
        return run.lines().soFar().stream()
                .filter(line -> line.startsWith(beginning))
                .toList();
    }

    /** Waits until that many of its lines begin with this. */
    public void await(String beginning, int count) {
        try {
            Awaitility.await(count + " lines of " + beginning)
                    .atMost(Inbox.PATIENCE)
                    .until(() -> count(beginning) >= count);
        } catch (ConditionTimeoutException late) {
            throw new AssertionError(
                    "the client said only:\n" + String.join("\n", run.lines().tail(40)), late);
        }
    }

    public void send(String json) {
        run.say("send " + json);
    }

    /** Its whole process stands still for at least that long, as on a host that sleeps. */
    public void standStill(Duration time) {
        signal("STOP");
        try {
            var beginNanos = System.nanoTime();
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .atMost(time.plus(Inbox.PATIENCE))
                    .until(() -> System.nanoTime() - beginNanos > time.toNanos());
        } finally {
            signal("CONT");
        }
    }

    private void signal(String name) {
        try {
            var kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
            if (kill.waitFor() != 0) {
                throw new AssertionError("could not send SIG" + name + ": the client has ended");
            }
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    /** Asks it to close, and waits for its end. */
    public int leave() {
        run.say("close");
        return run.awaitExit();
    }

    @Override
    public void close() {
        run.close();
    }
}
