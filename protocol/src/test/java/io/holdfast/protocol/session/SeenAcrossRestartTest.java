package io.holdfast.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.session.SessionRecord.Seen;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which message ids a successor still knows. */
class SeenAcrossRestartTest {
    private static final Seen IN_ROOM = new Seen("m1", "lobby", 7);
    private static final Seen TO_OTHER = new Seen("m2", "@other", 2);
    private static final Seen PLACELESS = new Seen("m3", "", 0);

    private static List<Seen> knownWith(Map<String, Long> heads) {
        SessionRecord record =
                SampleRecords.plain().withSeen(List.of(IN_ROOM, TO_OTHER, PLACELESS));
        return record.withSeenIn(heads).seen();
    }

    @Test
    void whatIsInItsStreamIsKnown() {
        assertThat(knownWith(Map.of("lobby", 7L, "@other", 2L)))
                .containsExactly(IN_ROOM, TO_OTHER, PLACELESS);
    }

    @Test
    void whatARoomHasLostMayBeSentAgain() {
        assertThat(knownWith(Map.of("lobby", 6L, "@other", 2L))).doesNotContain(IN_ROOM);
        assertThat(knownWith(Map.of("@other", 2L))).doesNotContain(IN_ROOM);
    }

    /** Otherwise it would be published twice: the sender does not know that it was committed. */
    @Test
    void aMessageToASessionThatHasEndedStaysKnown() {
        assertThat(knownWith(Map.of("lobby", 7L))).contains(TO_OTHER);
    }

    @Test
    void aMessageToASessionThatHasBegunAnewStaysKnown() {
        assertThat(knownWith(Map.of("lobby", 7L, "@other", 0L))).contains(TO_OTHER);
    }
}
