package io.holdfast.server.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One line of the table of keys: everything that is known about a setting, in one place. The
 * documentation is made from it.
 *
 * @param defaultText parsed like any other value
 * @param description one sentence: what it does and when to change it
 * @param plainVariable an environment variable without prefix that sets it as well, if any
 * @param secret never printed
 * @param live applied by a reload; otherwise a change needs a restart
 */
record Key<T>(
        Section section,
        String name,
        ValueType<T> type,
        String defaultText,
        String description,
        @Nullable String plainVariable,
        boolean secret,
        boolean live) {

    static <T> Key<T> of(
            Section section, String name, ValueType<T> type, String defaultText, String text) {
        return new Key<>(section, name, type, defaultText, text, null, false, false);
    }

    Key<T> alsoFrom(String variable) {
        return new Key<>(section, name, type, defaultText, description, variable, secret, live);
    }

    Key<T> withheld() {
        return new Key<>(section, name, type, defaultText, description, plainVariable, true, live);
    }

    Key<T> reloadable() {
        return new Key<>(
                section, name, type, defaultText, description, plainVariable, secret, true);
    }

    /** As in {@code --set section.key=value}. */
    String path() {
        return section.label() + "." + name;
    }

    String variable() {
        return "HOLDFAST_" + path().replace('.', '_').toUpperCase(Locale.ROOT);
    }
}
