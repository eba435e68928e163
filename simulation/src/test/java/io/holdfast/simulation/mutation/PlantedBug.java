package io.holdfast.simulation.mutation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A bug planted in a real machine: one piece of its source replaced by another.
 *
 * @param what it does wrong, for the table
 * @param file of the source, under {@code io/holdfast}, its module first
 * @param from text that is there once
 * @param to what stands there instead
 */
record PlantedBug(String what, String file, String from, String to) {

    /** The class that the file is named after. */
    String className() {
        String path = file.substring(file.indexOf(':') + 1);
        return "io.holdfast." + path.replace('/', '.').replace(".java", "");
    }

    String source() throws IOException {
        String module = file.substring(0, file.indexOf(':'));
        String path = file.substring(file.indexOf(':') + 1);
        return Files.readString(Path.of("..", module, "src/main/java/io/holdfast", path));
    }

    /** The source with the bug in it. */
    String planted() throws IOException {
        String source = source();
        int at = source.indexOf(from);
        if (at < 0 || source.indexOf(from, at + 1) >= 0) {
            throw new IllegalStateException("\"" + from + "\" is not once in " + file
                    + ": write the planted bug anew for what stands there now.");
        }
        return source.substring(0, at) + to + source.substring(at + from.length());
    }
}
