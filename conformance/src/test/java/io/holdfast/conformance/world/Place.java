package io.holdfast.conformance.world;

/** A position in a stream: the last message that was taken, under that epoch. */
record Place(String epoch, long seq) {}
