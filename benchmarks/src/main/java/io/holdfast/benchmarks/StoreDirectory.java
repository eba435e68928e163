package io.holdfast.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where one server keeps its store; empty at first, and removed in the end. */
record StoreDirectory(Path path) implements AutoCloseable {
    static StoreDirectory in(Path parent) throws IOException {
        Files.createDirectories(parent);
        return new StoreDirectory(Files.createTempDirectory(parent, "store-"));
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(path)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path one : deepestFirst) {
                Files.delete(one);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The store in " + path + " could not be removed.", e);
        }
    }
}
