package io.holdfast.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingMessagesTest {
    private final List<String> outputs = new ArrayList<>();

    @Test
    void anIdThatIsOnItsWayOrCannotBeIsRefused() {
        PendingMessages<String> pending = new PendingMessages<>(PendingSettings.DEFAULT);
        PendingOutputs<String> nowhere = new PendingOutputs<>() {
            @Override
            public void send(String payload, boolean again) {
                outputs.add("sent");
            }

            @Override
            public void settled(String payload, SendOutcome outcome) {
                outputs.add("settled");
            }
        };
        pending.submit("m1", "x", 1, 0, nowhere);

        assertThatThrownBy(() -> pending.submit("m1", "x", 1, 0, nowhere))
                .hasMessageContaining("expected a new one");
        pending.connected(false, nowhere);
        assertThatThrownBy(() -> pending.submit("m1", "x", 1, 0, nowhere))
                .hasMessageContaining("expected a new one");
        assertThatThrownBy(() -> pending.submit("", "x", 1, 0, nowhere))
                .hasMessageContaining("1 to 64");
        assertThat(outputs).containsExactly("sent");
        assertThatThrownBy(() -> new PendingSettings(
                        513, 1, 1, Duration.ofSeconds(1), WhileDisconnected.WAIT))
                .hasMessageContaining("the server refuses more");
    }
}
