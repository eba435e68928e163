package io.holdfast.protocol.room;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoomTest {
    private final Room<Object> room = new Room<>();
    private final Object older = new Object();
    private final Object newer = new Object();

    @Test
    void membersAreListedInTheOrderOfTheirJoiningUpToALimit() {
        room.join("c", older);
        room.join("a", older);
        room.join("b", older);
        assertThat(room.clients(10)).containsExactly("c", "a", "b");
        assertThat(room.clients(2)).containsExactly("c", "a");
        assertThat(room.clients(0)).isEmpty();
    }

    @Test
    void aNewerConnectionOfTheSameClientTakesThePlaceOfTheOlder() {
        assertThat(room.join("a", older)).isNull();
        assertThat(room.join("a", newer)).isSameAs(older);
        assertThat(room.size()).isEqualTo(1);
        assertThat(room.get("a")).isSameAs(newer);
    }

    @Test
    void theLateLeavingOfAReplacedConnectionCountsForNothing() {
        room.join("a", older);
        room.join("a", newer);
        assertThat(room.leave("a", older)).isFalse();
        assertThat(room.get("a")).isSameAs(newer);
        assertThat(room.leave("a", newer)).isTrue();
        assertThat(room.isEmpty()).isTrue();
    }

    @Test
    void joiningAgainKeepsTheClientsPlaceInTheOrder() {
        room.join("a", older);
        room.join("b", older);
        room.join("a", newer);
        assertThat(room.clients(10)).containsExactly("a", "b");
    }
}
