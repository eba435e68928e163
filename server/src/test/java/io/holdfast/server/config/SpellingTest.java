package io.holdfast.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SpellingTest {

    @ParameterizedTest
    @CsvSource({"port,port,0", "prot,port,2", "'',port,4", "port,ports,1", "kitten,sitting,3"})
    void distanceCountsSingleChanges(String a, String b, int distance) {
        assertThat(Spelling.distance(a, b)).isEqualTo(distance);
        assertThat(Spelling.distance(b, a)).isEqualTo(distance);
    }

    @Test
    void anEndlessWordIsFarFromEverythingWithoutMuchWork() {
        assertThat(Keys.nearest("server." + "a".repeat(1_000_000))).isNull();
    }
}
