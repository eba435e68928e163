package io.holdfast.server.connection;

import io.holdfast.protocol.time.ServiceClock;
import io.holdfast.server.auth.Authenticator;
import io.holdfast.server.config.Config;
import io.holdfast.server.config.ConfigException;
import io.holdfast.server.config.ConfigLoader;
import io.holdfast.server.config.ConfigSources;
import io.holdfast.server.dialect.rooms.RoomsDialect;
import io.holdfast.server.metrics.Metrics;
import io.holdfast.store.StoreException;
import io.holdfast.store.memory.MemoryStore;
import io.holdfast.transport.EventLoops;
import io.holdfast.transport.LoopContext;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What all connections share, on one event loop, without any listener. */
public final class TestServer implements AutoCloseable {
    public final EventLoops loops = new EventLoops(1);
    public final Metrics metrics = new Metrics(System::nanoTime);
    public final Core core;

    /** @param settings by {@code section.key}; the others are the defaults */
    public TestServer(Map<String, String> settings) {
        try {
            Config config = ConfigLoader.load(ConfigSources.of(settings));
            core = new Core(
                    config,
                    Authenticator.create(config.auth(), InstantSource.system()),
                    loops,
                    metrics,
                    new ConnectionLog(),
                    RoomsDialect.presenceWriter(),
                    MemoryStore.open(null).store(),
                    new ServiceClock(0, System.nanoTime()));
        } catch (ConfigException | StoreException e) {
            throw new AssertionError(e);
        }
    }

    public LoopContext loop() {
        return loops.workers().getFirst();
    }

    /** What an action answers that runs on the event loop, in a turn of its own or a shared one. */
    <T> T onLoop(Supplier<T> action) {
        return CompletableFuture.supplyAsync(action, loop()::execute)
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        loops.close();
    }
}
