package io.holdfast.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * One run's settings.
 *
 * @param rounds how often each server takes its turn
 * @param warmUp load before measuring, so that the JIT compiler is done
 * @param publishers in the scenario publish, where they are many
 * @param publishedBytes of text in a message of the scenario publish
 * @param missed messages by a client that resumes
 * @param missedInRestart messages of the lobby, by every client
 * @param idleConnections in the scenarios idle and drain; sessions in restart
 * @param fanOutPayloadBytes what the publisher's application data is long
 * @param drainRate connections a second that a drain may tell, to compare with
 * @param heap {@code -Xmx} of every server under load
 * @param idleHeap {@code -Xmx} of every server in the idle scenario
 * @param holdfastSettings {@code section.key=value} each
 * @param stores where servers get a directory each: on the disk that is to be measured
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
        int publishers,
        int publishedBytes,
        int missed,
        int missedInRestart,
        int idleConnections,
        int drainRate,
        Duration settle,
        String heap,
        String idleHeap,
        Cores cores,
        String classPath,
        String holdfastClassPath,
        List<String> holdfastSettings,
        Path logs,
        Path stores) {
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
                publishers,
                publishedBytes,
                missed,
                missedInRestart,
                idleConnections,
                drainRate,
                settle,
                heap,
                idleHeap,
                cores,
                classPath,
                holdfastClassPath,
                holdfastSettings,
                logs,
                stores);
    }
}
