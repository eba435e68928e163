package io.holdfast.store.memory;

import io.holdfast.store.Opened;
import io.holdfast.store.StoreContract;
import io.holdfast.store.StoreException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("the contract of stores: memory with a snapshot")
class MemoryStoreTest extends StoreContract {
    @TempDir
    private Path directory;

    @Override
    protected Opened open() throws StoreException {
        return MemoryStore.open(directory);
    }
}
