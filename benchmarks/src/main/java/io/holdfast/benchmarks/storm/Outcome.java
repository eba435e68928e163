package io.holdfast.benchmarks.storm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a fleet came back to a restarted server. Seconds count from the origin: the first client
 * told, or the kill.
 *
 * @param arrived by the clients' {@code Connected}
 * @param logged the same, by the log of the new server
 * @param counted by the new server's metric: the correspondent too
 * @param back clients that were connected in the end
 * @param again connections to the new server beyond the first of each client
 * @param outageMillis from losing the old server to the new one, sorted
 * @param published to the fleet, and acked
 * @param lost published and not heard; {@code repeated} heard twice
 * @param failed to be published
 */
public record Outcome(
        int clients,
        PerSecond expected,
        PerSecond arrived,
        PerSecond logged,
        long counted,
        int back,
        long again,
        double readySeconds,
        double allBackSeconds,
        long[] outageMillis,
        long published,
        long lost,
        long repeated,
        long gaps,
        int failed) {
    private static final double TOLERANCE = 0.10;

    public Outcome {
        outageMillis = outageMillis.clone();
        Arrays.sort(outageMillis);
    }

    /** Of the clients that came back; 0 without one. */
    public double outageSeconds(double quantile) {
        int index = (int) Math.ceil(quantile * outageMillis.length) - 1;
        return outageMillis.length == 0 ? 0 : outageMillis[Math.max(0, index)] / 1000.0;
    }

    /**
     * What was promised and did not happen; empty is good.
     *
     * @param rate that no second may exceed by more than a tenth; 0 where nothing was promised
     */
    public List<String> broken(int rate) {
        List<String> broken = new ArrayList<>();
        expect(broken, back == clients, (clients - back) + " clients did not come back");
        expect(broken, again == 0, again + " connections were lost again");
        expect(
                broken,
                Math.round(logged.total()) == clients + again,
                "the new server's log has " + Math.round(logged.total()) + " arrivals");
        expect(
                broken,
                counted >= clients + again,
                "the new server's metric has " + counted + " connections");
        expect(broken, lost == 0, lost + " messages lost");
        expect(broken, repeated == 0, repeated + " messages heard twice");
        expect(broken, gaps == 0, gaps + " gaps announced");
        expect(broken, failed == 0, failed + " messages could not be published");
        if (rate > 0) {
            double most = rate * (1 + TOLERANCE);
            double peak = Math.max(arrived.whole().peak(), logged.whole().peak());
            expect(broken, peak <= most, Math.round(peak) + " arrived within one second");
        }
        return broken;
    }

    private static void expect(List<String> broken, boolean kept, String otherwise) {
        if (!kept) {
            broken.add(otherwise);
        }
    }
}
