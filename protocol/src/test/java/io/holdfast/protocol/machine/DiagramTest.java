package io.holdfast.protocol.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.breaker.CircuitBreaker;
import io.holdfast.protocol.client.ClientLifecycle;
import io.holdfast.protocol.connection.ConnectionLifecycle;
import io.holdfast.protocol.drain.Drain;
import io.holdfast.protocol.lifecycle.ServerLifecycle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The diagrams in docs/diagrams are drawn from the machines' transition tables. */
class DiagramTest {
    private static final String REGENERATE =
            "./mvnw -pl protocol test -Dtest=DiagramTest -Dholdfast.diagrams=write";

    static Stream<Arguments> machines() {
        return Stream.of(
                Arguments.of("server-lifecycle.md", "The server", ServerLifecycle.TRANSITIONS),
                Arguments.of(
                        "connection-lifecycle.md",
                        "One connection",
                        ConnectionLifecycle.TRANSITIONS),
                Arguments.of("drain.md", "The shutdown sequence", Drain.TRANSITIONS),
                Arguments.of("circuit-breaker.md", "A circuit breaker", CircuitBreaker.TRANSITIONS),
                Arguments.of("client-lifecycle.md", "A client", ClientLifecycle.TRANSITIONS));
    }

    @ParameterizedTest
    @MethodSource("machines")
    void theDiagramShowsTheTransitionsOfTheMachine(
            String file, String title, TransitionTable<?> table) throws IOException {
        Path path = Path.of("..", "docs", "diagrams", file);
        String expected = "# " + title + "\n\nDrawn from `" + table.machine()
                + ".TRANSITIONS` and checked by a test; to draw it again:\n`" + REGENERATE
                + "`.\n\n```mermaid\n" + table.mermaid() + "```\n";
        if ("write".equals(System.getProperty("holdfast.diagrams"))) {
            Files.createDirectories(path.toAbsolutePath().normalize().getParent());
            Files.writeString(path, expected);
        }
        assertThat(path)
                .as(
                        "the diagram of %s is out of date; draw it again with: %s",
                        table.machine(), REGENERATE)
                .exists()
                .hasContent(expected);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void everyStateCanBeReachedAndOnlyTerminalOnesAreNeverLeft(
            String file, String title, TransitionTable<?> table) {
        Set<Class<?>> reached = new LinkedHashSet<>(Set.of(table.initial()));
        for (int round = 0; round < table.transitions().size(); round++) {
            table.transitions().stream()
                    .filter(transition -> reached.contains(transition.from()))
                    .forEach(transition -> reached.add(transition.to()));
        }
        Set<Class<?>> left =
                table.transitions().stream().map(Transition::from).collect(Collectors.toSet());
        Class<?> sealed = table.initial().getInterfaces()[0];
        Set<Class<?>> all = Set.copyOf(Arrays.asList(sealed.getPermittedSubclasses()));

        assertThat(reached).as("%s: %s", file, title).containsExactlyInAnyOrderElementsOf(all);
        assertThat(all)
                .filteredOn(state -> !left.contains(state))
                .containsExactlyInAnyOrderElementsOf(Set.copyOf(table.terminal()));
    }
}
