package io.holdfast.simulation.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RollingDeployTest {
    @ParameterizedTest
    @ValueSource(ints = {20, 100, 500})
    void clientsOfADrainArriveAtItsRateWheneverTheyGo(int rate) {
        assertThat(RollingDeploy.arrivalRateHolds(rate, 20 * rate)).isTrue();
    }

    @Test
    void thePlotsAreDrawn() throws Exception {
        Map<String, String> files = new HashMap<>();
        RollingDeploy.plot(files::put);

        assertThat(files.keySet())
                .containsExactlyInAnyOrder(
                        "deploy-arrivals.svg",
                        "deploy-connections.svg",
                        "deploy-queue.svg",
                        "deploy-table.md");
        assertThat(files.get("deploy-arrivals.svg")).contains("<path", "drain_rate 500");
        assertThat(Files.readString(Path.of("..", "docs", "SIMULATION.md")))
                .as("the table in the documentation is what comes out")
                .contains(files.get("deploy-table.md"));
    }
}
