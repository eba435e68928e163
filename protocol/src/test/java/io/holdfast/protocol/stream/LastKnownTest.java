package io.holdfast.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is known of a client when nobody knows whether it has read the answer to its hello. */
class LastKnownTest {
    private static final Position KNOWN = new Position("e", 3);

    @Test
    void aGapThatWasToldInAnAnswerIsToldAgainUntilItIsKnownToBeRead() {
        Position known = LastKnown.afterHello("e", 9, 9, null, KNOWN);

        assertThat(known).isEqualTo(KNOWN);
        assertThat(Recovery.of("e", 9, 1, null, known.seq()).gap()).isEqualTo(Gap.between(4, 9));
    }

    @Test
    void aNewNumberingIsToldAgainToo() {
        assertThat(LastKnown.afterHello("f", 9, 9, null, KNOWN)).isEqualTo(KNOWN);
    }

    @Test
    void whereAClientSaysThatItIsThereItIs() {
        Position named = new Position("e", 5);

        assertThat(LastKnown.afterHello("e", 9, 7, named, KNOWN)).isEqualTo(named);
        assertThat(LastKnown.afterHello("e", 9, 7, named, null)).isEqualTo(named);
    }

    @Test
    void whatAClientCannotHaveHadDoesNotCount() {
        assertThat(LastKnown.afterHello("e", 9, 9, new Position("e", 10), KNOWN))
                .isEqualTo(KNOWN);
        assertThat(LastKnown.afterHello("e", 9, 9, new Position("f", 4), KNOWN)).isEqualTo(KNOWN);
    }

    @Test
    void whoIsNewToAStreamHasEverythingUpToWhereItBegins() {
        assertThat(LastKnown.afterHello("e", 9, 9, null, null)).isEqualTo(new Position("e", 9));
    }
}
