package io.holdfast.server.config;

import java.nio.file.Path;

/** Where a value came from; higher ones win in the order flag, environment, file, default. */
sealed interface Source {

    /** The start of an error message about this value: how the operator finds it. */
    String where(Key<?> key);

    /** For listings. */
    String label();

    record Flag(String name) implements Source {
        @Override
        public String where(Key<?> key) {
            return name.contains(key.path()) ? name : name + " (" + key.path() + ")";
        }

        @Override
        public String label() {
            return name;
        }
    }

    record Variable(String name) implements Source {
        @Override
        public String where(Key<?> key) {
            return "environment variable " + name;
        }

        @Override
        public String label() {
            return "environment variable " + name;
        }
    }

    record Line(Path file, int number) implements Source {
        @Override
        public String where(Key<?> key) {
            return "%s:%d: [%s] %s".formatted(file, number, key.section().label(), key.name());
        }

        @Override
        public String label() {
            return file + ":" + number;
        }
    }

    record Default() implements Source {
        @Override
        public String where(Key<?> key) {
            return "[%s] %s (default)".formatted(key.section().label(), key.name());
        }

        @Override
        public String label() {
            return "default";
        }
    }

    /** Not set by anybody, and different from the default because of what was found out. */
    record Detected(String what) implements Source {
        @Override
        public String where(Key<?> key) {
            return "[%s] %s (%s)".formatted(key.section().label(), key.name(), what);
        }

        @Override
        public String label() {
            return what;
        }
    }
}
