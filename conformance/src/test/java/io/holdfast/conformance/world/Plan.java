package io.holdfast.conformance.world;

import io.holdfast.conformance.process.Settings;

import java.util.List;

/**
 * One world: who is in it and what befalls it. Immutable.
 *
 * @param settings of the server; its store's directory is the world's own
 * @param perSecond messages of each publisher
 * @param paddingBytes by which each message is larger than it need be
 * @param maxUnacked messages of one publisher; more are not sent
 * @param receiveBufferBytes of the clients' sockets, 0 for the usual
 * @param faults that befall single clients, one as likely as the other
 * @param ends how the server's lives end, by turns
 * @param absence acked messages during which a client is away or does not read
 * @param lossless whether a gap or a lost session is a breach
 */
public record Plan(
        String name,
        Settings settings,
        int publishers,
        int subscribers,
        int rooms,
        int perSecond,
        int paddingBytes,
        int maxUnacked,
        int receiveBufferBytes,
        List<Fault> faults,
        List<End> ends,
        int absence,
        boolean lossless) {

    /** How a life of the server ends. */
    public enum End {
        DRAIN,
        KILL
    }

    /** Where nothing may be lost: history for every absence, all kinds of cuts. */
    public static Plan lossless(String name, Settings settings, End... ends) {
        return new Plan(
                name,
                settings.with("store.history_size", 50_000).with("store.history_bytes", "64MiB"),
                4,
                clients(12),
                4,
                100,
                0,
                512,
                0,
                List.of(Fault.values()),
                List.of(ends),
                200,
                true);
    }

    /** Where nothing happens by itself, and one publisher publishes as fast as is useful. */
    public static Plan uneventful(String name, Settings settings, int subscribers) {
        return new Plan(
                name, settings, 1, subscribers, 4, 1_000, 0, 512, 0, List.of(), List.of(), 0, true);
    }

    /** Where absences outlast the history, and slow readers fall off it. */
    public static Plan smallHistory(String name, Settings settings) {
        return new Plan(
                name,
                settings.with("store.history_size", 60),
                4,
                clients(12),
                4,
                100,
                16_000,
                48,
                16_384,
                List.of(Fault.AWAY, Fault.AWAY, Fault.PAUSE, Fault.RESET, Fault.REDIAL),
                List.of(End.DRAIN),
                900,
                false);
    }

    /** Where a killed server forgets everything. */
    public static Plan forgetful(String name, Settings settings) {
        var whole = lossless(name, settings, End.KILL);
        return new Plan(
                name,
                whole.settings,
                whole.publishers,
                whole.subscribers,
                whole.rooms,
                whole.perSecond,
                whole.paddingBytes,
                whole.maxUnacked,
                whole.receiveBufferBytes,
                whole.faults,
                whole.ends,
                whole.absence,
                false);
    }

    private static int clients(int usually) {
        return Integer.getInteger("world.clients", usually);
    }
}
