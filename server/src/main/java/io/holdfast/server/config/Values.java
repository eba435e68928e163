package io.holdfast.server.config;

import java.util.Map;
import java.util.Objects;

/** A setting for every key of the table. */
final class Values {

    private final Map<Key<?>, Setting<?>> settings;

    Values(Map<Key<?>, Setting<?>> settings) {
        this.settings = Map.copyOf(settings);
    }

    <T> T get(Key<T> key) {
        return setting(key).value();
    }

    /** The table pairs each key with a setting of its own type: see {@link ConfigLoader}. */
    @SuppressWarnings("unchecked")
    <T> Setting<T> setting(Key<T> key) {
        return (Setting<T>) Objects.requireNonNull(settings.get(key), key.name());
    }
}
