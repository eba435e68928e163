package io.holdfast.protocol.machine;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The legal changes of one machine, as data: the machine's setter checks against it, and its
 * diagram in {@code docs/diagrams} is drawn from it. Immutable; any thread may read it.
 *
 * @param initial where the machine begins
 * @param terminal where it ends; nothing leaves these
 */
public record TransitionTable<S>(
        String machine,
        Class<? extends S> initial,
        List<Class<? extends S>> terminal,
        List<Transition<S>> transitions) {

    public TransitionTable {
        terminal = List.copyOf(terminal);
        transitions = List.copyOf(transitions);
    }

    /** Whether the table has the change; staying in a state with other data is always legal. */
    public boolean allows(S from, S to) {
        Class<?> source = from.getClass();
        Class<?> target = to.getClass();
        if (source == target) {
            return !terminal.contains(source);
        }
        // Indexed: this runs per connection, and an iterator would be one object per change.
        for (int i = 0; i < transitions.size(); i++) {
            Transition<S> transition = transitions.get(i);
            if (transition.from() == source && transition.to() == target) {
                return true;
            }
        }
        return false;
    }

    /** Throws {@link IllegalTransitionException} unless {@link #allows} the change. */
    public void check(S from, S to) {
        if (!allows(from, to)) {
            throw illegal(from, to);
        }
    }

    /** The exception for a change that the machine refuses. */
    public IllegalTransitionException illegal(S from, S to) {
        String allowed = transitions.stream()
                .filter(transition -> transition.from() == from.getClass())
                .map(transition -> transition.to().getSimpleName() + " (" + transition.on() + ")")
                .collect(Collectors.joining(", "));
        return new IllegalTransitionException(
                machine,
                from.getClass().getSimpleName(),
                to.getClass().getSimpleName(),
                allowed.isEmpty() ? "nothing" : allowed);
    }

    /** The table as a Mermaid {@code stateDiagram-v2}, without the fence around it. */
    public String mermaid() {
        StringBuilder diagram = new StringBuilder("stateDiagram-v2\n");
        diagram.append("    [*] --> ").append(initial.getSimpleName()).append('\n');
        for (Transition<S> transition : transitions) {
            diagram.append("    ")
                    .append(transition.from().getSimpleName())
                    .append(" --> ")
                    .append(transition.to().getSimpleName())
                    .append(" : ")
                    .append(transition.on())
                    .append('\n');
        }
        for (Class<? extends S> end : terminal) {
            diagram.append("    ").append(end.getSimpleName()).append(" --> [*]\n");
        }
        return diagram.toString();
    }
}
