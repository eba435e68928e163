package io.holdfast.server;

import io.holdfast.server.config.DiskStoreSettings;
import io.holdfast.server.config.StoreEngine;
import io.holdfast.server.config.StoreSettings;
import io.holdfast.server.log.Event;
import io.holdfast.server.log.EventLog;
import io.holdfast.store.Opened;
import io.holdfast.store.StoreException;
import io.holdfast.store.disk.DiskSettings;
import io.holdfast.store.disk.DiskStore;
import io.holdfast.store.memory.MemoryStore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Opens the store that the configuration names. */
final class StoreOpening {
    private static final EventLog LOG = new EventLog(StoreOpening.class);

    private StoreOpening() {}

    /**
     * What it finds to say of what an earlier process left is logged.
     *
     * @throws StartException when the store cannot be used
     */
    static Opened open(StoreSettings settings) throws StartException {
        try {
            create(settings);
            Opened opened = switch (settings.engine()) {
                case MEMORY -> memory(settings);
                case DISK -> DiskStore.open(settings.directory(), disk(settings));
            };
            for (String sentence : opened.report()) {
                LOG.warn(Event.STORE).write(sentence);
            }
            return opened;
        } catch (StoreException e) {
            throw new StartException(
                    e.getMessage() + " (store.directory = " + settings.directory() + ")", e);
        }
    }

    /** Where it cannot be created the store says what is wrong with it. */
    private static void create(StoreSettings settings) {
        if (settings.engine() == StoreEngine.DISK || settings.snapshot()) {
            try {
                createOwnersOnly(settings.directory());
            } catch (IOException told) {
                LOG.debug(Event.STORE).write("the directory was not created: " + told);
            }
        }
    }

    /** Messages are in it, so it is nobody else's to read. */
    private static void createOwnersOnly(Path directory) throws IOException {
        if (Files.getFileStore(existingParent(directory)).supportsFileAttributeView("posix")) {
            Files.createDirectories(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(directory);
        }
    }

    private static Path existingParent(Path directory) {
        Path at = directory.toAbsolutePath();
        while (!Files.exists(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }

    /**
     * A directory that nobody chose may be one where nothing can be written, or that another server
     * uses: then this one runs without a snapshot, and says so.
     */
    private static Opened memory(StoreSettings settings) throws StoreException {
        if (!settings.snapshot()) {
            return MemoryStore.open(null);
        }
        try {
            return MemoryStore.open(settings.directory());
        } catch (StoreException e) {
            if (!settings.directoryIsDefault()) {
                throw e;
            }
            LOG.warn(Event.STORE)
                    .write("sessions will not outlive this process: set store.directory to a place"
                            + " of its own, or store.snapshot = false. " + e.getMessage());
            return MemoryStore.open(null);
        }
    }

    private static DiskSettings disk(StoreSettings settings) {
        DiskStoreSettings disk = settings.disk();
        return new DiskSettings(
                disk.commitInterval(),
                disk.fsync(),
                disk.segmentBytes(),
                disk.sizeBytes(),
                settings.history().ttl(),
                settings.history().messages(),
                settings.history().bytes());
    }
}
