package io.holdfast.store;

import java.util.List;

/**
 * A store that has been opened.
 *
 * @param found what an earlier process left
 * @param report what an operator must know of it, one sentence each: what was damaged and cut, what
 *     was not used and why; empty when all was well
 */
public record Opened(Store store, Image found, List<String> report) {}
