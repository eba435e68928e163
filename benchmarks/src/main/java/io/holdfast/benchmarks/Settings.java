package io.holdfast.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * One run's settings.
 *
 * @param rounds how often each server takes its turn
 * @param warmUp load before measuring, so that the JIT compiler is done
 * @param fanOutPayloadBytes what the publisher's application data is long
 * @param drainRate connections a second that a drain may tell, to compare with
 * @param heap {@code -Xmx} of every server under load
 * @param idleHeap {@code -Xmx} of every server in the idle scenario
 * @param holdfastSettings {@code section.key=value} each
 */
public record Settings(
        List<Server> servers,
        int rounds,
        Duration warmUp,
        Duration measure,
        int echoConnections,
        int echoPayloadBytes,
        int subscribers,
        int fanOutPayloadBytes,
        int idleConnections,
        int drainRate,
        Duration settle,
        String heap,
        String idleHeap,
        Cores cores,
        String classPath,
        String holdfastClassPath,
        List<String> holdfastSettings,
        Path logs) {
    Settings withServers(List<Server> chosen) {
        return new Settings(
                List.copyOf(chosen),
                rounds,
                warmUp,
                measure,
                echoConnections,
                echoPayloadBytes,
                subscribers,
                fanOutPayloadBytes,
                idleConnections,
                drainRate,
                settle,
                heap,
                idleHeap,
                cores,
                classPath,
                holdfastClassPath,
                holdfastSettings,
                logs);
    }
}
