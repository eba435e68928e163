package io.holdfast.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.session.SessionRecord.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DedupWindowTest {
    private final DedupWindow window = new DedupWindow();

    @Test
    void anIdIsKnownWithThePlaceOfItsMessage() {
        window.remember("m1", "lobby", 7);

        assertThat(window.find("m1")).isEqualTo(new Seen("m1", "lobby", 7));
        assertThat(window.find("m2")).isNull();
    }

    @Test
    void anEmptyWindowKnowsNothing() {
        window.forget("m1");

        assertThat(window.find("m1")).isNull();
        assertThat(window.toList()).isEmpty();
    }

    @Test
    void theLast1024IdsAreKnownAndNoMore() {
        for (int i = 0; i < 3_000; i++) {
            window.remember("m" + i, "lobby", i);
        }

        assertThat(window.toList())
                .extracting(Seen::id)
                .containsExactlyElementsOf(
                        IntStream.range(1_976, 3_000).mapToObj(i -> "m" + i).toList());
        assertThat(window.find("m1975")).isNull();
        assertThat(window.find("m1976")).isNotNull();
    }

    @Test
    void anIdThatIsRememberedAgainIsTheYoungest() {
        window.remember("m1", "lobby", 1);
        window.remember("m2", "lobby", 2);
        window.remember("m1", "attic", 3);

        assertThat(window.toList())
                .containsExactly(new Seen("m2", "lobby", 2), new Seen("m1", "attic", 3));
    }

    @Test
    void aForgottenIdMayBeSentAgain() {
        window.remember("m1", "lobby", 1);
        window.forget("m1");

        assertThat(window.find("m1")).isNull();
        assertThat(window.toList()).isEmpty();
    }

    @Test
    void severalThreadsMayUseItAtOnce() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Void>> work = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                String name = "t" + thread + "-";
                work.add(() -> {
                    for (int i = 0; i < 5_000; i++) {
                        window.remember(name + i, "lobby", i);
                        window.find(name + (i - 1));
                        window.forget(name + (i - 100));
                        if (i % 500 == 0) {
                            window.toList();
                        }
                    }
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(work)) {
                done.get();
            }
        }

        assertThat(window.toList()).extracting(Seen::id).doesNotHaveDuplicates().hasSize(400);
    }
}
