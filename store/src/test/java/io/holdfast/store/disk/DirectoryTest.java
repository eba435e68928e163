package io.holdfast.store.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.store.Store;
import io.holdfast.store.StoreException;
import io.holdfast.store.memory.MemoryStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory that cannot be used is refused with what to do. */
class DirectoryTest {
    @TempDir
    private Path directory;

    private static void refused(Path where, String... parts) {
        assertThatThrownBy(() -> DiskStore.open(where, DiskSettings.DEFAULT))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll(parts);
        assertThatThrownBy(() -> MemoryStore.open(where))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll(parts);
    }

    @Test
    void aMissingDirectoryIsRefused() {
        refused(directory.resolve("none"), "does not exist", "create it");
    }

    @Test
    void aFileIsRefused() throws IOException {
        refused(Files.createFile(directory.resolve("file")), "is not a directory");
    }

    @Test
    void aDirectoryInUseIsRefusedWithItsOwner() throws StoreException {
        try (Store store = DiskStore.open(directory, DiskSettings.DEFAULT).store()) {
            assertThat(store.available()).isTrue();
            refused(directory, "in use by process " + ProcessHandle.current().pid(), "stop that");
        }
        DiskStore.open(directory, DiskSettings.DEFAULT).store().close();
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsRefused() throws IOException {
        Path closed = Files.createDirectory(directory.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
        if (Files.isWritable(closed)) {
            System.out.println("Not run: a read-only directory; this user may write to any."
                    + " LogFailureTest has a read-only disk instead.");
            return;
        }
        refused(closed, "cannot be written to", "let this user write");
    }

    @Test
    void aDirectoryIsFreeAgainAfterARefusedStart() throws IOException, StoreException {
        ByteBuffer newer = ByteBuffer.allocate(72).putInt(0x4846534C).putInt(9);
        CRC32C crc = new CRC32C();
        crc.update(newer.array(), 0, 68);
        newer.putInt(68, (int) crc.getValue());
        Path segment = directory.resolve("000000000001.segment");
        Files.write(segment, newer.array());
        assertThatThrownBy(() -> DiskStore.open(directory, DiskSettings.DEFAULT))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("has format 9")
                .hasMessageContaining("start the newer server");
        Files.delete(segment);
        DiskStore.open(directory, DiskSettings.DEFAULT).store().close();
    }
}
