package io.holdfast.store;

import static io.holdfast.store.Sessions.batch;
import static io.holdfast.store.Sessions.messages;
import static io.holdfast.store.Sessions.sent;
import static io.holdfast.store.Sessions.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.protocol.session.SessionRecord.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store does, whatever it keeps its things in. */
public abstract class StoreContract {
    protected final Outcomes outcomes = new Outcomes();

    /** Opens the store in the same place each time. */
    protected abstract Opened open() throws StoreException;

    protected void append(Store store, StreamBatch batch) {
        store.append(batch, outcomes.named(batch.stream() + batch.firstSeq()));
    }

    private void heard(String... lines) {
        await().untilAsserted(() -> assertThat(outcomes.heard()).containsExactly(lines));
    }

    private static Image image(List<SessionRecord> sessions, StreamImage... streams) {
        return new Image(7_000, sessions, List.of(streams));
    }

    protected static List<StreamImage> streams(Image image) {
        List<StreamImage> all = new ArrayList<>();
        image.streams().forEach(all::add);
        return all;
    }

    @Test
    void anEmptyPlaceHoldsNothingAndNothingIsReported() throws StoreException {
        Opened opened = open();
        assertThat(opened.found().sessions()).isEmpty();
        assertThat(streams(opened.found())).isEmpty();
        assertThat(opened.found().clockMillis()).isZero();
        assertThat(opened.report()).isEmpty();
        assertThat(opened.store().available()).isTrue();
        opened.store().close();
    }

    @Test
    void eachPieceOfWorkIsCommittedOnceInOrderAndNothingStaysPending() throws StoreException {
        Store store = open().store();
        store.beginStream("lobby", "e1");
        for (int i = 1; i <= 100; i++) {
            append(store, batch("lobby", "e1", i, 10, "m" + i));
        }
        store.putSession(session("ann", 1, 500, List.of()), outcomes.named("ann"));
        List<String> expected = new ArrayList<>();
        IntStream.rangeClosed(1, 100).forEach(i -> expected.add("lobby" + i + " committed"));
        expected.add("ann committed");
        heard(expected.toArray(String[]::new));
        assertThat(store.pendingBytes()).isZero();
        store.close();
    }

    @Test
    void whatAStopLeavesIsFoundByTheNextStart() throws StoreException {
        Store store = open().store();
        StreamBatch first = sent("ann", 1, "lobby", "e1", 1, 5_000, "a", "b");
        StreamBatch second = batch("lobby", "e1", 3, 6_000, "c");
        store.putSession(session("ann", 1, 500, List.of()), outcomes.named("ann"));
        store.beginStream("lobby", "e1");
        store.beginStream("quiet", "e9");
        append(store, first);
        append(store, second);
        SessionRecord ann = session(
                "ann", 1, 321, List.of(new Seen("a", "lobby", 1), new Seen("b", "lobby", 2)));
        store.stop(image(
                List.of(ann),
                new StreamImage("lobby", "e1", 3, List.of(first, second)),
                new StreamImage("quiet", "e9", 0, List.of())));

        Opened again = open();
        assertThat(again.report()).isEmpty();
        assertThat(again.found().clockMillis()).isEqualTo(7_000);
        assertThat(again.found().sessions()).hasSize(1);
        assertThat(again.found().sessions().getFirst())
                .usingRecursiveComparison()
                .isEqualTo(ann);
        List<StreamImage> found = streams(again.found());
        assertThat(found).extracting(StreamImage::name).containsExactly("lobby", "quiet");
        assertThat(found).extracting(StreamImage::epoch).containsExactly("e1", "e9");
        assertThat(found).extracting(StreamImage::head).containsExactly(3L, 0L);
        assertThat(messages(found.getFirst())).containsExactly("1:a", "2:b", "3:c");
        assertThat(found.getFirst().history().getLast().clockMillis()).isEqualTo(6_000);
        again.store().close();
    }

    @Test
    void aSessionThatIsNotInTheImageOfTheStopIsGone() throws StoreException {
        Store store = open().store();
        store.putSession(session("ann", 1, 500, List.of()), outcomes.named("ann"));
        store.stop(image(List.of()));
        Opened again = open();
        assertThat(again.found().sessions()).isEmpty();
        again.store().close();
    }

    @Test
    void aStoppedStoreTakesNothingMore() throws StoreException {
        Store store = open().store();
        store.stop(Image.EMPTY);
        append(store, batch("lobby", "e1", 1, 0, "late"));
        assertThat(outcomes.heard()).hasSize(1);
        assertThat(outcomes.heard().getFirst()).startsWith("lobby1 failed: The store is closed");
        assertThat(store.available()).isFalse();
        assertThatThrownBy(() -> store.stop(Image.EMPTY)).isInstanceOf(StoreException.class);
        store.close();
        store.close();
    }

    @Test
    void twoStopsInARowLeaveTheSecondImage() throws StoreException {
        open().store().stop(image(List.of(session("ann", 1, 10, List.of()))));
        Opened second = open();
        assertThat(second.found().sessions()).hasSize(1);
        second.store().stop(image(List.of(session("bob", 2, 20, List.of()))));
        Opened third = open();
        assertThat(third.found().sessions())
                .extracting(SessionRecord::clientId)
                .containsExactly("bob");
        third.store().close();
    }

    @Test
    void aKillLeavesWhatWasCommittedInADurableStoreAndNothingElsewhere() throws StoreException {
        Store store = open().store();
        store.putSession(session("ann", 1, 500, List.of()), outcomes.named("ann"));
        append(store, sent("ann", 1, "lobby", "e1", 1, 40, "a"));
        heard("ann committed", "lobby1 committed");
        store.close();
        Opened again = open();
        assertThat(again.report()).isEmpty();
        if (store.durable()) {
            assertThat(streams(again.found())).hasSize(1);
            assertThat(again.found().clockMillis()).isEqualTo(40);
            assertThat(again.found().sessions().getFirst().seen())
                    .containsExactly(new Seen("a", "lobby", 1));
        } else {
            assertThat(streams(again.found())).isEmpty();
            assertThat(again.found().sessions()).isEmpty();
        }
        again.store().close();
    }
}
