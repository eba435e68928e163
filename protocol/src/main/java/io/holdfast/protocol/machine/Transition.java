package io.holdfast.protocol.machine;

/**
 * One legal change of a machine.
 *
 * @param on what causes it, in the words of the specification
 */
public record Transition<S>(Class<? extends S> from, Class<? extends S> to, String on) {}
