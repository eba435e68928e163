package io.holdfast.store.disk;

import io.holdfast.store.DurableStoreContract;
import io.holdfast.store.Opened;
import io.holdfast.store.StoreException;
import io.holdfast.store.log.SimulatedDisk;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;

/** Every start finds only what was synced, as after a power loss. */
@DisplayName("the contract of stores: a simulated disk that loses what is not synced")
class SimulatedDiskStoreTest extends DurableStoreContract {
    private SimulatedDisk disk = new SimulatedDisk();

    @Override
    protected Opened open() throws StoreException {
        disk = disk.afterPowerLoss(SimulatedDisk.Unsynced.LOST, new Random(1));
        return DiskStore.open(disk, DiskSettings.DEFAULT, "simulation", null);
    }
}
