package io.holdfast.benchmarks.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Clients that said hello once and left: the server keeps their sessions. */
public final class AwaySessions implements ConnectionListener {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final @Nullable ResumePosition[] positions;
    private int closed;
    private int broken;

    private AwaySessions(int sessions) {
        positions = new ResumePosition[sessions];
    }

    static String clientId(int index) {
        return "u" + index;
    }

    static String path(int index) {
        return "/ws/" + clientId(index) + ResumePosition.ASK;
    }

    /** Where each of the sessions stands, by the number in its client's id. */
    public static List<ResumePosition> make(Generator generator, int sessions) {
        return new AwaySessions(sessions).run(generator);
    }

    private List<ResumePosition> run(Generator generator) {
        for (int index = 0; index < positions.length; index++) {
            int connected = index;
            Load.await(
                    generator,
                    () -> connected - closed < Load.MAX_UPGRADES_UNDER_WAY,
                    LIMIT,
                    "welcome");
            generator.connect(index, path(index), this).captureData(true);
        }
        Load.await(generator, () -> closed == positions.length, LIMIT, "close");
        if (broken > 0) {
            throw new IllegalStateException(
                    "The server closed " + broken + " connections before its welcome.");
        }
        List<ResumePosition> all = new ArrayList<>();
        Arrays.stream(positions).forEach(all::add);
        return all;
    }

    @Override
    public void opened(Connection connection) {
        connection.send(ResumePosition.firstHello());
    }

    @Override
    public void message(Connection connection, int payloadLength, long nowNanos) {
        int index = connection.index();
        if (positions[index] == null && ResumePosition.isWelcome(connection.payload())) {
            positions[index] = ResumePosition.ofWelcome(connection.payload());
            connection.captureData(false);
            connection.close(1000);
        }
    }

    @Override
    public void closed(Connection connection, int code) {
        closed++;
        if (positions[connection.index()] == null) {
            broken++;
        }
    }
}
