package io.holdfast.server.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("ReferenceEquality") // An encoding is itself and no other.
class AudienceTest {
    private static final Encoding LINES = new TestLines();
    private static final Encoding OTHER_LINES = new TestLines();

    private final Audience audience = new Audience(2);

    private static TestSubscriber of(Encoding encoding, boolean sequenced, int loop) {
        return new TestSubscriber("c", loop, sequenced, encoding);
    }

    private static String variant(Encoding encoding, boolean sequenced) {
        String kind = encoding == LINES ? "lines" : encoding == OTHER_LINES ? "others" : "text";
        return sequenced ? "numbered " + kind : kind;
    }

    private List<String> variants() {
        List<String> variants = new ArrayList<>();
        audience.forEach((encoding, sequenced) -> variants.add(variant(encoding, sequenced)));
        return variants;
    }

    @Test
    void eachEncodingAndVariantIsNamedOnceHoweverManyTakeIt() {
        for (int i = 0; i < 3; i++) {
            audience.count(of(WebSocketText.ENCODING, false, 0), 1);
            audience.count(of(LINES, true, i % 2), 1);
            audience.count(of(LINES, false, 0), 1);
        }
        assertThat(variants()).containsExactlyInAnyOrder("text", "numbered lines", "lines");
    }

    @Test
    void twoEncodingsOfOneClassAreTwo() {
        audience.count(of(LINES, false, 0), 1);
        audience.count(of(OTHER_LINES, false, 0), 1);
        assertThat(variants()).containsExactlyInAnyOrder("lines", "others");
    }

    @Test
    void aVariantGoesWithTheLastWhoTakesIt() {
        audience.count(of(LINES, true, 0), 1);
        audience.count(of(LINES, true, 1), 1);
        audience.count(of(LINES, false, 0), 1);
        audience.count(of(LINES, true, 0), -1);
        assertThat(variants()).containsExactlyInAnyOrder("numbered lines", "lines");
        audience.count(of(LINES, true, 1), -1);
        assertThat(variants()).containsExactly("lines");
        assertThat(audience.isEmpty()).isFalse();
        audience.count(of(LINES, false, 0), -1);
        assertThat(audience.isEmpty()).isTrue();
        assertThat(variants()).isEmpty();
    }

    @Test
    void itKnowsOnWhichLoopsSomebodyIs() {
        audience.count(of(LINES, true, 1), 1);
        assertThat(audience.isOn(0)).isFalse();
        assertThat(audience.isOn(1)).isTrue();
        audience.count(of(WebSocketText.ENCODING, false, 1), 1);
        audience.count(of(LINES, true, 1), -1);
        assertThat(audience.isOn(1)).isTrue();
        audience.count(of(WebSocketText.ENCODING, false, 1), -1);
        assertThat(audience.isOn(1)).isFalse();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void itAgreesWithAListOfAllWhoAreThere(long seed) {
        Random random = new Random(seed);
        Encoding[] encodings = {LINES, OTHER_LINES, WebSocketText.ENCODING};
        List<TestSubscriber> present = new ArrayList<>();
        for (int step = 0; step < 3_000; step++) {
            if (random.nextInt(10) < (step % 300 < 150 ? 6 : 3) || present.isEmpty()) {
                TestSubscriber comer =
                        of(encodings[random.nextInt(3)], random.nextBoolean(), random.nextInt(2));
                present.add(comer);
                audience.count(comer, 1);
            } else {
                audience.count(present.remove(random.nextInt(present.size())), -1);
            }
            Map<String, Integer> expected = new HashMap<>();
            present.forEach(one ->
                    expected.merge(variant(one.encoding(), one.sequenced()), 1, Integer::sum));
            assertThat(variants())
                    .as("seed %d step %d", seed, step)
                    .containsExactlyInAnyOrderElementsOf(expected.keySet());
            for (int loop = 0; loop < 2; loop++) {
                int at = loop;
                assertThat(audience.isOn(loop))
                        .as("seed %d step %d", seed, step)
                        .isEqualTo(present.stream().anyMatch(one -> one.loopIndex() == at));
            }
        }
    }
}
