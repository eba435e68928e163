package io.holdfast.server.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The whole table of keys, in the order of the documentation. */
final class Keys {

    static final List<Key<?>> ALL = Stream.of(
                    ServerKeys.ALL,
                    RoomsKeys.ALL,
                    DeepstreamKeys.ALL,
                    BotKeys.ALL,
                    StoreKeys.ALL,
                    LimitsKeys.ALL,
                    AuthKeys.ALL,
                    DrainKeys.ALL)
            .<Key<?>>flatMap(List::stream)
            .toList();

    private static final Map<String, Key<?>> BY_PATH = byPath();

    private Keys() {}

    static @Nullable Key<?> byPath(String path) {
        return BY_PATH.get(path);
    }

    /** The variable that sets the key, prefixed or plain; null for any other name. */
    static @Nullable Key<?> byVariable(String variable) {
        for (Key<?> key : ALL) {
            if (variable.equals(key.variable()) || variable.equals(key.plainVariable())) {
                return key;
            }
        }
        return null;
    }

    /** The key that was probably meant by a path which names none, or null when nothing is near. */
    static @Nullable Key<?> nearest(String unknownPath) {
        String wanted = unknownPath.toLowerCase(Locale.ROOT).replace('-', '_');
        String wantedName = wanted.substring(wanted.indexOf('.') + 1);
        Key<?> best = null;
        int bestDistance = Integer.MAX_VALUE;
        for (Key<?> key : ALL) {
            // The right name under the wrong section is nearer than any misspelling.
            int distance =
                    key.name().equals(wantedName) ? 1 : Spelling.distance(wanted, key.path());
            if (distance < bestDistance) {
                best = key;
                bestDistance = distance;
            }
        }
        return Spelling.isNear(bestDistance, wantedName) ? best : null;
    }

    static @Nullable Section section(String label) {
        for (Section section : Section.values()) {
            if (section.label().equals(label)) {
                return section;
            }
        }
        return null;
    }

    static @Nullable Section nearestSection(String unknown) {
        String wanted = unknown.toLowerCase(Locale.ROOT);
        Section best = null;
        int bestDistance = Integer.MAX_VALUE;
        for (Section section : Section.values()) {
            int distance = Spelling.distance(wanted, section.label());
            if (distance < bestDistance) {
                best = section;
                bestDistance = distance;
            }
        }
        return Spelling.isNear(bestDistance, wanted) ? best : null;
    }

    private static Map<String, Key<?>> byPath() {
        Map<String, Key<?>> keys = new LinkedHashMap<>();
        for (Key<?> key : ALL) {
            if (keys.put(key.path(), key) != null) {
                throw new IllegalStateException("two keys are called " + key.path());
            }
        }
        return Map.copyOf(keys);
    }
}
