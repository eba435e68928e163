package io.holdfast.store.disk;

import io.holdfast.store.DurableStoreContract;
import io.holdfast.store.Opened;
import io.holdfast.store.StoreException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("the contract of stores: a directory")
class DiskStoreTest extends DurableStoreContract {
    @TempDir
    private Path directory;

    @Override
    protected Opened open() throws StoreException {
        return DiskStore.open(directory, DiskSettings.DEFAULT);
    }
}
