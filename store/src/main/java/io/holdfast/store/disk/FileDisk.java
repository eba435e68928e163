package io.holdfast.store.disk;

import io.holdfast.store.log.Disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** A directory of the operating system. */
public final class FileDisk implements Disk {
    /** The JDK copies each write into memory of the thread, which it keeps at that size. */
    private static final int WRITE_BYTES = 256 * 1024;

    private final Path directory;

    public FileDisk(Path directory) {
        this.directory = directory;
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> String.valueOf(file.getFileName()))
                    .toList();
        }
    }

    @Override
    public long size(String name) throws IOException {
        return Files.size(directory.resolve(name));
    }

    @Override
    public void read(String name, long offset, byte[] into, int at, int length) throws IOException {
        try (FileChannel file =
                FileChannel.open(directory.resolve(name), StandardOpenOption.READ)) {
            ByteBuffer target = ByteBuffer.wrap(into, at, length);
            long from = offset;
            while (target.hasRemaining()) {
                int count = file.read(target, from);
                if (count < 0) {
                    throw new EOFException(name + " ends at " + from + ", " + length
                            + " bytes were asked for from " + offset);
                }
                from += count;
            }
        }
    }

    @Override
    public Output create(String name) throws IOException {
        return new ChannelOutput(FileChannel.open(
                directory.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    @Override
    public void cut(String name, long size) throws IOException {
        try (FileChannel file =
                FileChannel.open(directory.resolve(name), StandardOpenOption.WRITE)) {
            file.truncate(size);
            file.force(true);
        }
    }

    @Override
    public void sync(String name) throws IOException {
        try (FileChannel file =
                FileChannel.open(directory.resolve(name), StandardOpenOption.WRITE)) {
            file.force(true);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(directory.resolve(name));
    }

    @Override
    public void syncDirectory() throws IOException {
        try (FileChannel itself = FileChannel.open(directory, StandardOpenOption.READ)) {
            itself.force(true);
        }
    }

    private record ChannelOutput(FileChannel file) implements Output {

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int end = offset + length;
            for (int from = offset; from < end; ) {
                int slice = Math.min(WRITE_BYTES, end - from);
                from += file.write(ByteBuffer.wrap(bytes, from, slice));
            }
        }

        @Override
        public void sync() throws IOException {
            file.force(false);
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
