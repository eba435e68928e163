package io.holdfast.simulation.world;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.store.log.Disk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulated world keeps its own promises, or its runs prove nothing. */
class WorldTest {
    private static final long SECOND = 1_000_000_000L;

    private final SimClock clock = new SimClock();
    private final Randoms random = new Randoms(7);
    private final StringBuilder arrived = new StringBuilder();
    private final List<String> ends = new ArrayList<>();

    private final class Ears implements SocketListener {
        @Override
        public void bytes(byte[] bytes, int from, int to) {
            arrived.append(new String(bytes, from, to - from, UTF_8));
        }

        @Override
        public void writable() {}

        @Override
        public void finished() {
            ends.add("finished");
        }

        @Override
        public void lost(boolean reset) {
            ends.add(reset ? "reset" : "closed");
        }
    }

    private SimLoop loop() {
        return new SimLoop(clock, random.fork("loop"), 0, (loop, error) -> {
            throw new AssertionError(error);
        });
    }

    private SimSocket connect(SimNetwork network) {
        SimLoop server = loop();
        network.listen(new SimNetwork.Acceptor() {
            @Override
            public SimLoop nextLoop() {
                return server;
            }

            @Override
            public SocketListener accept(SimNetwork.SocketHandle handle) {
                return new Ears();
            }
        });
        List<SimSocket> sockets = new ArrayList<>();
        network.connect(loop(), new SimNetwork.Connecting() {
            @Override
            public SocketListener opened(SimNetwork.SocketHandle handle) {
                sockets.add(handle.socket());
                return new Ears();
            }

            @Override
            public void refused() {
                throw new AssertionError("refused");
            }
        });
        runUntil(SECOND);
        return sockets.getFirst();
    }

    private void runUntil(long nanos) {
        boolean more = true;
        while (more) {
            more = clock.step(nanos);
        }
    }

    private SimNetwork network(double loss) {
        return new SimNetwork(
                clock,
                random.fork("network"),
                new Conditions(1_000_000, 200_000_000, loss, 1.0, 600, 2_048));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.3})
    void bytesArriveInOrderHoweverTheyAreSplitLostAndHeldUp(double loss) {
        SimNetwork network = network(loss);
        SimSocket socket = connect(network);
        StringBuilder sent = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            String text = "message " + i + ";";
            sent.append(text);
            clock.at(SECOND + i * 20_000_000L, () -> {
                byte[] bytes = text.getBytes(UTF_8);
                socket.write(bytes, 0, bytes.length);
            });
        }
        clock.at(3 * SECOND, () -> network.cutOut(socket, 20 * SECOND));
        clock.at(7 * SECOND, network::heal);

        runUntil(3_600 * SECOND);

        assertThat(arrived).hasToString(sent.toString());
    }

    @Test
    void nothingArrivesOnAHalfOpenConnectionAndNobodyIsTold() {
        SimNetwork network = network(0);
        SimSocket socket = connect(network);
        network.halfOpen(socket);
        socket.write(new byte[100], 0, 100);

        runUntil(3_600 * SECOND);

        assertThat(arrived).isEmpty();
        assertThat(ends).isEmpty();
    }

    @Test
    void bothEndsHearOfAReset() {
        SimNetwork network = network(0);
        network.reset(connect(network));

        runUntil(10 * SECOND);

        assertThat(ends).containsExactly("reset", "reset");
    }

    @Test
    void aDiskWithoutPowerForgetsWhatWasNotSynced() throws Exception {
        SimDisk disk = new SimDisk(random);
        Disk.Output kept = disk.create("kept");
        kept.write("synced".getBytes(UTF_8), 0, 6);
        kept.sync();
        disk.syncDirectory();
        kept.write("lost".getBytes(UTF_8), 0, 4);
        disk.create("gone");

        disk.powerLoss(SimDisk.Unsynced.LOST);

        assertThat(disk.list()).containsExactly("kept");
        assertThat(disk.size("kept")).isEqualTo(6);
    }

    @Test
    void aPausedThreadDoesEverythingLateAndInOrder() {
        List<Integer> done = new ArrayList<>();
        SimLoop loop = loop();
        loop.pause(5 * SECOND);
        for (int i = 0; i < 10; i++) {
            int number = i;
            loop.execute(() -> done.add(number));
        }
        runUntil(4 * SECOND);
        assertThat(done).isEmpty();

        runUntil(6 * SECOND);
        assertThat(done).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }
}
