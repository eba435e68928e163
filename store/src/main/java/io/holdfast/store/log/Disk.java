package io.holdfast.store.log;

import java.io.IOException;
import java.util.List;

/**
 * What a log asks of one flat directory. Nothing survives a power loss before it was synced: what
 * was written until {@link Output#sync}, and what was created, renamed or deleted until {@link
 * #syncDirectory}. One thread at a time.
 */
public interface Disk {

    /** Names of all files, in no order. */
    List<String> list() throws IOException;

    long size(String name) throws IOException;

    /** Reads exactly {@code length} bytes. */
    void read(String name, long offset, byte[] into, int at, int length) throws IOException;

    /** A new, empty file; fails when there is one of that name. */
    Output create(String name) throws IOException;

    /** Shortens a file, and syncs it. */
    void cut(String name, long size) throws IOException;

    void sync(String name) throws IOException;

    /** Replaces what had the new name, in one step. */
    void rename(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    void syncDirectory() throws IOException;

    /** A file that grows at its end. */
    interface Output extends AutoCloseable {

        /** May have written a part when it fails. */
        void write(byte[] bytes, int offset, int length) throws IOException;

        void sync() throws IOException;

        void truncate(long size) throws IOException;

        @Override
        void close() throws IOException;
    }
}
