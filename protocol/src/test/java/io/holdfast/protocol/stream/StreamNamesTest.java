package io.holdfast.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.RoomName;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How streams, their numberings and places in them are named. */
class StreamNamesTest {

    @Test
    void aPersonalStreamIsToldFromEveryRoom() {
        assertThat(StreamName.personal("cam-7")).isEqualTo("@cam-7");
        assertThat(StreamName.isPersonal("@cam-7")).isTrue();
        assertThat(RoomName.isValid("@cam-7")).isFalse();
        assertThat(StreamName.isPersonal("lobby")).isFalse();
        assertThat(StreamName.isPersonal("a@b")).isFalse();
        assertThat(StreamName.isPersonal("")).isFalse();
        assertThat(StreamName.isPersonal(StreamName.personal("@"))).isTrue();
    }

    @Test
    void anEpochIsTwelveDigitsAndSmallLettersAllOfWhichAreUsed() {
        Random random = new Random(1);
        Set<Integer> used = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            String epoch = Epoch.random(random);
            assertThat(epoch).matches("[0-9a-z]{12}");
            epoch.chars().forEach(used::add);
        }
        assertThat(used).hasSize(36);
    }

    @Test
    void epochsDifferAndComeFromTheRandomnessGivenAlone() {
        Random random = new Random(1);
        Set<String> epochs = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            epochs.add(Epoch.random(random));
        }
        assertThat(epochs).hasSize(1_000);
        assertThat(Epoch.random(new Random(7))).isEqualTo(Epoch.random(new Random(7)));
    }

    @Test
    void aPositionLiesBetweenTheBeginningAndTheLastNumber() {
        assertThat(Limits.MAX_SEQ).isEqualTo(9_007_199_254_740_991L);
        assertThat(new Position("k3f", 0).seq()).isZero();
        assertThat(new Position("k3f", Limits.MAX_SEQ).seq()).isEqualTo(Limits.MAX_SEQ);
        assertThat(Position.isSeq(-1)).isFalse();
        assertThat(Position.isSeq(Limits.MAX_SEQ + 1)).isFalse();
        assertThatThrownBy(() -> new Position("k3f", -1)).hasMessageContaining("expected 0 to");
        assertThatThrownBy(() -> new Position("k3f", Limits.MAX_SEQ + 1))
                .hasMessageContaining("expected 0 to");
    }
}
