package io.holdfast.server.connection;

import io.holdfast.store.Outcome;
import io.holdfast.store.StoreException;
import io.holdfast.transport.LoopContext;

import java.util.function.Consumer;

/** Brings a store's answer to the event loop that waits for it. */
final class Commits {
    private Commits() {}

    /** One of the two runs on the loop; at once when the store answers on it. */
    static Outcome then(LoopContext loop, Runnable committed, Consumer<StoreException> failed) {
        return new Outcome() {
            @Override
            public void committed() {
                run(committed);
            }

            @Override
            public void failed(StoreException why) {
                run(() -> failed.accept(why));
            }

            private void run(Runnable action) {
                if (loop.inLoop()) {
                    action.run();
                } else {
                    loop.execute(action);
                }
            }
        };
    }
}
