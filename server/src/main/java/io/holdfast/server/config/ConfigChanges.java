package io.holdfast.server.config;

import java.util.List;

/**
 * What a reload changed.
 *
 * @param live takes effect now
 * @param restart stays as it was until the next start
 */
public record ConfigChanges(List<Change> live, List<Change> restart) {

    /** A key as {@code section.key}, with both values as text; secrets are masked in both. */
    public record Change(String key, String from, String to) {}

    public boolean isEmpty() {
        return live.isEmpty() && restart.isEmpty();
    }
}
