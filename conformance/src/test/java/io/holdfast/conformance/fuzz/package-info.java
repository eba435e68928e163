/**
 * What a fuzzer throws at the parsers of foreign bytes, and what must hold whatever they are. Each
 * {@code …Fuzz} is a target: a class with {@code fuzzerTestOneInput}, which throws when it does not
 * hold. {@code FuzzCorpusTest} feeds them the kept inputs in every build, without the fuzzer;
 * {@code FuzzIT} looks for new ones ({@code -Pfuzz}).
 */
@NullMarked
package io.holdfast.conformance.fuzz;

import org.jspecify.annotations.NullMarked;
