package io.holdfast.server.dialect.bot;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.quality.Grade;
import io.holdfast.server.metrics.Metrics;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GradesTest {
    private static final List<Grade> GRADES = List.of(Grade.values());

    private final Metrics metrics = new Metrics(System::nanoTime);
    private final Grades grades = new Grades(metrics);

    private void assertCounts(int good, int fair, int poor) {
        assertThat(metrics.prometheusText())
                .contains(
                        "holdfast_connection_quality{grade=\"good\"} " + good + ".0",
                        "holdfast_connection_quality{grade=\"fair\"} " + fair + ".0",
                        "holdfast_connection_quality{grade=\"poor\"} " + poor + ".0");
    }

    @Test
    void eachConnectionIsCountedUnderItsGrade() {
        assertCounts(0, 0, 0);
        grades.changed(null, Grade.GOOD);
        grades.changed(null, Grade.GOOD);
        grades.changed(Grade.GOOD, Grade.POOR);
        assertCounts(1, 0, 1);
        grades.changed(Grade.POOR, Grade.FAIR);
        assertCounts(1, 1, 0);
        grades.changed(Grade.GOOD, null);
        grades.changed(Grade.FAIR, null);
        assertCounts(0, 0, 0);
    }

    @Test
    void noneIsLostWhenManyLoopsCountAtOnce() {
        try (ExecutorService loops = Executors.newFixedThreadPool(4)) {
            for (int seed = 0; seed < 4; seed++) {
                Random random = new Random(seed);
                loops.execute(() -> comeChangeAndGo(random));
            }
        }
        assertCounts(0, 0, 0);
    }

    private void comeChangeAndGo(Random random) {
        for (int connection = 0; connection < 50_000; connection++) {
            @Nullable Grade grade = null;
            for (int change = 0; change < 5; change++) {
                Grade next = GRADES.get(random.nextInt(3));
                grades.changed(grade, next);
                grade = next;
            }
            grades.changed(grade, null);
        }
    }
}
