package io.holdfast.server.room;

import java.util.ArrayList;
import java.util.List;

/**
 * How many subscribers of one stream there are, by loop and by the variant of messages they take.
 * Belongs to the stream's home loop.
 */
@SuppressWarnings("ReferenceEquality") // An encoding is itself and no other.
final class Audience {
    /** Those who take the same bytes. */
    private static final class Share {
        final Encoding encoding;
        final boolean sequenced;
        int count;

        Share(Encoding encoding, boolean sequenced) {
            this.encoding = encoding;
            this.sequenced = sequenced;
        }
    }

    /** Hears of each variant that somebody takes. */
    interface Visitor {
        void share(Encoding encoding, boolean sequenced);
    }

    private final int[] byLoop;
    private final List<Share> shares = new ArrayList<>(1);

    Audience(int loops) {
        byLoop = new int[loops];
    }

    void count(Subscriber subscriber, int by) {
        byLoop[subscriber.loopIndex()] += by;
        Share share = share(subscriber.encoding(), subscriber.sequenced());
        share.count += by;
        if (share.count == 0) {
            shares.remove(share);
        }
    }

    private Share share(Encoding encoding, boolean sequenced) {
        for (Share share : shares) {
            if (share.encoding == encoding && share.sequenced == sequenced) {
                return share;
            }
        }
        Share added = new Share(encoding, sequenced);
        shares.add(added);
        return added;
    }

    void forEach(Visitor visitor) {
        for (Share share : shares) {
            visitor.share(share.encoding, share.sequenced);
        }
    }

    boolean isOn(int loop) {
        return byLoop[loop] > 0;
    }

    boolean isEmpty() {
        return shares.isEmpty();
    }
}
