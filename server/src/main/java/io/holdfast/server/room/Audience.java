package io.holdfast.server.room;

/**
 * How many subscribers of one stream there are, by loop and by the variant of messages they take.
 * Belongs to the stream's home loop.
 */
final class Audience {
    private final int[] byLoop;
    private int plain;
    private int plainDeflating;
    private int sequenced;
    private int sequencedDeflating;

    Audience(int loops) {
        byLoop = new int[loops];
    }

    void count(Subscriber subscriber, int by) {
        byLoop[subscriber.loopIndex()] += by;
        if (subscriber.sequenced()) {
            sequenced += by;
            sequencedDeflating += subscriber.deflates() ? by : 0;
        } else {
            plain += by;
            plainDeflating += subscriber.deflates() ? by : 0;
        }
    }

    boolean isOn(int loop) {
        return byLoop[loop] > 0;
    }

    boolean isEmpty() {
        return plain + sequenced == 0;
    }

    boolean hasPlain() {
        return plain > 0;
    }

    boolean hasPlainDeflating() {
        return plainDeflating > 0;
    }

    boolean hasSequenced() {
        return sequenced > 0;
    }

    boolean hasSequencedDeflating() {
        return sequencedDeflating > 0;
    }
}
