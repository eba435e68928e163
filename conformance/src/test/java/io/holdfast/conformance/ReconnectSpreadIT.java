package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.client.Event;
import io.holdfast.client.HoldfastClient;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.process.FreePort;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * After a drain clients come back in the seconds that the server gave to them, counted by the new
 * server's log. Only upper limits are checked: a slow machine makes clients late, never early.
 */
class ReconnectSpreadIT {
    private static final int CLIENTS = 100;
    private static final int DRAIN_RATE = 20;
    /** The base of the rooms dialect's {@code reconnect_after}. */
    private static final Duration FIRST_SLOT = Duration.ofSeconds(5);

    private static final Pattern CONNECTED = Pattern.compile(
            "\\{\"time\":\"([^\"]+)\".*" + "\"event\":\"connected\".*\"client_id\":\"([^\"]+)\".*");

    @TempDir
    Path directory = Path.of("");

    private final Map<String, Duration> told = new ConcurrentHashMap<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    @Test
    void clientsOfADrainedServerComeBackInTheSlotsTheyWereGiven() throws Exception {
        Settings settings = Settings.QUIET
                .with(StoreKeys.DIRECTORY, directory)
                .with(StoreKeys.ENGINE, "disk")
                // They are told within this time, and come back at the rate below it.
                .with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "1s")
                .with(Keys.DRAIN_RATE, DRAIN_RATE)
                .flag("--port", Integer.toString(FreePort.next()));
        ServerProcess first = start(settings);
        for (int i = 0; i < CLIENTS; i++) {
            connect(first.http(), "c" + i);
        }
        // Whoever is told to come back after n seconds is told later than this.
        Instant signalled = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        first.signal("TERM");
        assertThat(first.awaitExit()).isZero();
        ServerProcess second = start(settings);
        await("all are back")
                .atMost(Duration.ofSeconds(90))
                .until(() -> arrivals(second).size() == CLIENTS);

        assertThat(told).as("told when to come back").hasSize(CLIENTS);
        assertThat(slots().values()).as("told into one second").allMatch(n -> n <= DRAIN_RATE);
        assertThat(slots().firstKey()).isEqualTo(FIRST_SLOT);
        Map<String, Instant> back = arrivals(second);
        long due = 0;
        for (Map.Entry<Duration, Long> slot : slots().entrySet()) {
            Instant begins = signalled.plus(slot.getKey());
            assertThat(back.values())
                    .filteredOn(at -> at.isBefore(begins))
                    .as("came within %s of SIGTERM at %s", slot.getKey(), signalled)
                    .hasSizeLessThanOrEqualTo((int) due);
            due += slot.getValue();
        }
        told.forEach((client, after) -> assertThat(back.get(client))
                .as("%s, told to stay away for %s", client, after)
                .isAfterOrEqualTo(signalled.plus(after)));
    }

    private ServerProcess start(Settings settings) {
        ServerProcess server = ServerProcess.start(settings);
        opened.add(server);
        return server;
    }

    private void connect(int port, String id) throws Exception {
        HoldfastClient client = HoldfastClient.feed()
                .url("ws://127.0.0.1:" + port)
                .clientId(id)
                .resume()
                .listener(event -> {
                    if (event instanceof Event.Advice advice) {
                        told.putIfAbsent(id, advice.comeBackAfter());
                    }
                })
                .open();
        opened.add(client);
        client.connected().get(Inbox.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** How many were given each {@code reconnect_after}, the shortest first. */
    private SortedMap<Duration, Long> slots() {
        return told.values().stream()
                .collect(
                        Collectors.groupingBy(after -> after, TreeMap::new, Collectors.counting()));
    }

    /** By client, the first time. */
    private static Map<String, Instant> arrivals(ServerProcess server) {
        Map<String, Instant> moments = new HashMap<>();
        for (String line : server.err().soFar()) {
            Matcher matcher = CONNECTED.matcher(line);
            if (matcher.matches()) {
                moments.putIfAbsent(matcher.group(2), Instant.parse(matcher.group(1)));
            }
        }
        return moments;
    }
}
