package io.holdfast.store;

import static io.holdfast.store.Sessions.batch;
import static io.holdfast.store.Sessions.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.protocol.session.SessionRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a store does besides that keeps its things itself. */
public abstract class DurableStoreContract extends StoreContract {

    @Test
    void aBatchThatLeavesAHoleIsRefused() throws StoreException {
        Store store = open().store();
        store.beginStream("lobby", "e1");
        append(store, batch("lobby", "e1", 2, 0, "behind one that failed"));
        append(store, batch("lobby", "e1", 1, 0, "first"));
        await().until(() -> outcomes.heard().size() == 2);
        assertThat(outcomes.heard().getFirst()).startsWith("lobby2 failed: Message 2");
        assertThat(outcomes.heard().getLast()).isEqualTo("lobby1 committed");
        store.close();
    }

    @Test
    void whatHasEndedIsNotFoundAgain() throws StoreException {
        Store store = open().store();
        store.putSession(session("ann", 1, 500, List.of()), outcomes.named("ann"));
        store.putSession(session("bob", 2, 500, List.of()), outcomes.named("bob"));
        append(store, batch("lobby", "e1", 1, 0, "a"));
        append(store, batch("hall", "e2", 1, 0, "a"));
        store.removeSession("ann", 1);
        store.removeSession("bob", 1); // An earlier session of the same client.
        store.endStream("lobby", "e1");
        store.endStream("hall", "e1"); // An earlier numbering of the same stream.
        append(store, batch("hall", "e2", 2, 0, "b"));
        await().until(() -> outcomes.heard().size() == 5);
        store.close();
        Opened again = open();
        assertThat(again.found().sessions())
                .extracting(SessionRecord::clientId)
                .containsExactly("bob");
        assertThat(streams(again.found())).extracting(StreamImage::name).containsExactly("hall");
        again.store().close();
    }
}
