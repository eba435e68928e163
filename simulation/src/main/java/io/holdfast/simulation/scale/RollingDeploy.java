package io.holdfast.simulation.scale;

import io.holdfast.protocol.drain.DialectDrain;
import io.holdfast.simulation.scale.Fleet.Course;
import io.holdfast.simulation.scale.Fleet.Leaving;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws what a rolling deploy of ten servers with a million clients looks like from outside. */
public final class RollingDeploy {
    /** As in the plots; the default is 500. */
    private static final int[] RATES = {200, 500, 2_000};

    /** Takes the files. */
    @FunctionalInterface
    public interface Files {
        void write(String name, String text) throws IOException;
    }

    private RollingDeploy() {}

    public static void plot(Files files) throws IOException {
        Plot arrivals = new Plot(
                "Arrivals at the servers that stay: 10 servers, 1,000,000 clients, told and gone",
                "clients per second");
        Plot connections =
                new Plot("Connections on the first server while all ten are replaced", "clients");
        List<Course> courses = new ArrayList<>();
        for (int rate : RATES) {
            Course course = Fleet.deploy(rate, Leaving.AT_ONCE);
            courses.add(course);
            arrivals.line("drain_rate " + rate, course.arrivals());
            connections.line("drain_rate " + rate, course.connections());
        }
        for (Leaving leaving : List.of(Leaving.WITHIN_A_MINUTE, Leaving.WHEN_CLOSED)) {
            courses.add(Fleet.deploy(500, leaving));
        }
        courses.add(Fleet.deploy(5_000, Leaving.AT_ONCE));
        Course unpaced = Fleet.unpaced();
        courses.add(unpaced);
        Plot queue = new Plot(
                "Clients that wait for a handshake, at " + Fleet.HANDSHAKES_PER_SECOND
                        + " handshakes a second",
                "clients");
        queue.line("all told at once, no drain", firstMinutes(unpaced.queue()));
        queue.line(
                "drain_rate 5000", firstMinutes(courses.get(courses.size() - 2).queue()));
        queue.line("drain_rate 500", firstMinutes(courses.get(1).queue()));
        files.write("deploy-arrivals.svg", arrivals.svg());
        files.write("deploy-connections.svg", connections.svg());
        files.write("deploy-queue.svg", queue.svg());
        files.write("deploy-table.md", table(courses));
    }

    /**
     * Whether the clients of one drain are told in the time that the rate says, 10 % more or less,
     * and arrive at that rate and 5 % at the most, whenever they go.
     *
     * @param drainRate at least 20; of fewer, chance brings two together
     * @param clients of the server that is drained
     */
    public static boolean arrivalRateHolds(int drainRate, int clients) {
        List<DialectDrain> rooms = List.of(DialectDrain.ROOMS);
        List<DialectDrain> all =
                List.of(DialectDrain.ROOMS, DialectDrain.DEEPSTREAM, DialectDrain.BOT);
        for (Leaving leaving : Leaving.values()) {
            Course mixed = Fleet.one(drainRate, clients, leaving, all);
            Course course = Fleet.one(drainRate, clients, leaving, rooms);
            if (mixed.peakOfOneDrain() * 100L > drainRate * 105L) {
                return false;
            }
            int seconds = course.secondsToEmptyFirst();
            boolean inTime = leaving != Leaving.AT_ONCE
                    || (seconds * 10L * drainRate >= 9L * clients
                            && seconds * 10L * drainRate <= 11L * clients);
            if (course.peakOfOneDrain() * 100L > drainRate * 105L || !inTime) {
                return false;
            }
        }
        return true;
    }

    private static int[] firstMinutes(int[] values) {
        return java.util.Arrays.copyOf(values, Math.min(values.length, 300));
    }

    private static String table(List<Course> courses) {
        StringBuilder table = new StringBuilder("""
                | `drain_rate` | clients go | peak of one drain, 1 s | peak of all ten, 1 s | peak, mean of 10 s | first server empty | all ten | longest queue |
                |---|---|---|---|---|---|---|---|
                """);
        for (Course course : courses) {
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %,d /s | %,d /s | %,.0f /s | %,d s | %,d s | %,d |\n",
                    course.drainRate() == 0 ? "no drain" : course.drainRate(),
                    course.leaving().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    course.peakOfOneDrain(),
                    course.peakArrivals(),
                    course.peakOverTenSeconds(),
                    course.secondsToEmptyFirst(),
                    course.seconds(),
                    course.longestQueue()));
        }
        return table.toString();
    }
}
