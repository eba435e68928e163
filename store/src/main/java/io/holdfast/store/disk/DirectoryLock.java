package io.holdfast.store.disk;

import io.holdfast.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps a second process out of a store's directory. The operating system frees it on a kill. */
public final class DirectoryLock implements AutoCloseable {
    public static final String NAME = "lock";

    private final FileChannel file;

    private DirectoryLock(FileChannel file) {
        this.file = file;
    }

    /** Checks that a store can live in the directory, and takes it. */
    public static DirectoryLock take(Path directory) throws StoreException {
        if (!Files.exists(directory)) {
            throw new StoreException("The store's directory " + directory
                    + " does not exist: create it and let this user write to it.");
        }
        if (!Files.isDirectory(directory)) {
            throw new StoreException("The store's directory " + directory
                    + " is not a directory: name one, or move the file away.");
        }
        FileChannel file = openLockFile(directory);
        if (locked(file, directory)) {
            return new DirectoryLock(file);
        }
        String owner = ownerOf(file);
        closeQuietly(file);
        throw new StoreException("The store's directory " + directory + " is in use by " + owner
                + ": stop that process, or give this one another directory.");
    }

    private static FileChannel openLockFile(Path directory) throws StoreException {
        try {
            return FileChannel.open(
                    directory.resolve(NAME),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new StoreException(
                    "The store's directory " + directory + " cannot be written to (" + e
                            + "): let this user write to it, and mount it writable.",
                    e);
        }
    }

    private static boolean locked(FileChannel file, Path directory) throws StoreException {
        try {
            @Nullable FileLock lock = file.tryLock();
            if (lock == null) {
                return false;
            }
            file.truncate(0);
            file.write(ByteBuffer.wrap(
                    Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
            return true;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            closeQuietly(file);
            throw new StoreException(
                    "The store's directory " + directory + " cannot be locked (" + e
                            + "): put it on a local disk with free space.",
                    e);
        }
    }

    private static String ownerOf(FileChannel file) {
        try {
            ByteBuffer pid = ByteBuffer.allocate(20);
            int length = file.read(pid, 0);
            return length <= 0
                    ? "another process"
                    : "process " + new String(pid.array(), 0, length, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "another process";
        }
    }

    private static void closeQuietly(FileChannel file) {
        try {
            file.close();
        } catch (IOException ignored) {
            // Nothing was written that matters.
        }
    }

    /** Safe to call again. */
    @Override
    public void close() {
        closeQuietly(file);
    }
}
