package io.holdfast.protocol.quality;

/**
 * The thresholds between grades. A connection gets worse as soon as one value reaches its
 * threshold, and better only when both values are under lower ones, so that a value that hovers at
 * a threshold does not make the grade flap.
 *
 * <table>
 * <caption>Values that decide</caption>
 * <tr><th></th><th>fair from</th><th>good again</th><th>poor from</th><th>fair again</th></tr>
 * <tr><td>median RTT of the last 10 pongs</td><td>300 ms</td><td>under 200 ms</td>
 *     <td>1,000 ms</td><td>under 700 ms</td></tr>
 * <tr><td>pongs lost of the last 20 pings</td><td>2</td><td>at most 1</td><td>4</td>
 *     <td>at most 2</td></tr>
 * </table>
 *
 * <p>300 ms and more is a satellite or an overloaded link; beyond a second people give up waiting.
 * One pong lost in ten minutes may be a pause of the peer's program, four are a habit. Jitter is
 * measured but not graded: one stall of some seconds would outweigh nine good samples.
 */
final class GradeRules {
    /** RTT samples whose median is graded. */
    static final int GRADED_SAMPLES = 10;

    /** Before as many samples RTT is not graded: the first of a connection are often slow. */
    static final int LEAST_SAMPLES = 3;

    /** Pings whose loss is graded. */
    static final int GRADED_PINGS = 20;

    private static final int FAIR_RTT_MICROS = 300_000;
    private static final int GOOD_AGAIN_RTT_MICROS = 200_000;
    private static final int POOR_RTT_MICROS = 1_000_000;
    private static final int FAIR_AGAIN_RTT_MICROS = 700_000;

    private static final int FAIR_LOST = 2;
    private static final int GOOD_AGAIN_LOST = 1;
    private static final int POOR_LOST = 4;
    private static final int FAIR_AGAIN_LOST = 2;

    private GradeRules() {}

    /**
     * The grade that follows from the one before.
     *
     * @param rttMicros median, 0 when there are too few samples
     * @param lost pongs of the last {@link #GRADED_PINGS} pings
     */
    static Grade next(Grade before, int rttMicros, int lost) {
        if (rttMicros >= POOR_RTT_MICROS || lost >= POOR_LOST) {
            return Grade.POOR;
        }
        boolean stillPoor = before == Grade.POOR
                && (rttMicros >= FAIR_AGAIN_RTT_MICROS || lost > FAIR_AGAIN_LOST);
        if (stillPoor) {
            return Grade.POOR;
        }
        if (rttMicros >= FAIR_RTT_MICROS || lost >= FAIR_LOST) {
            return Grade.FAIR;
        }
        boolean stillFair = before != Grade.GOOD
                && (rttMicros >= GOOD_AGAIN_RTT_MICROS || lost > GOOD_AGAIN_LOST);
        return stillFair ? Grade.FAIR : Grade.GOOD;
    }
}
