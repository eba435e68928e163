package io.holdfast.benchmarks;

import io.holdfast.benchmarks.load.BotWire;
import io.holdfast.benchmarks.load.EchoLoad;
import io.holdfast.benchmarks.load.FanOutLoad;
import io.holdfast.benchmarks.load.Load;
import io.holdfast.benchmarks.load.ResumeLoad;
import io.holdfast.benchmarks.load.ResumingWire;
import io.holdfast.benchmarks.load.RoomsWire;
import io.holdfast.benchmarks.load.Wire;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** What is measured by the message. */
public enum Workload {
    ECHO("echo", "answer", "bare"),
    FAN_OUT_1("fan-out, 1 outstanding", "delivery", "bare"),
    FAN_OUT_32("fan-out, 32 outstanding", "delivery", "bare"),
    STREAMS_1("fan-out to clients that resume, 1 outstanding", "delivery", "plain"),
    STREAMS_32("fan-out to clients that resume, 32 outstanding", "delivery", "plain"),
    BOTS("echo by bots", "answer", "websocket"),
    RESUME("resume, one client", "resume", Workload.NOTHING_MISSED),
    PUBLISH_1("publish, one publisher", "ack", "memory"),
    PUBLISH_MANY("publish, many publishers", "ack", "memory");

    static final String NOTHING_MISSED = "nothing missed";

    private final String title;
    private final String unit;
    private final String yardstick;

    Workload(String title, String unit, String yardstick) {
        this.title = title;
        this.unit = unit;
        this.yardstick = yardstick;
    }

    String title() {
        return title;
    }

    /** What is counted. */
    String unit() {
        return unit;
    }

    /** The contestant by which the others are divided. */
    String yardstick() {
        return yardstick;
    }

    /** A contestant with its load, which is made by the payload bytes to send. */
    record Entry(Contestant contestant, IntFunction<Load> load) {}

    List<Entry> entries(Settings settings) {
        return switch (this) {
            case ECHO -> servers(settings, wire -> echo(wire, settings));
            case FAN_OUT_1 -> servers(settings, wire -> fanOut(wire, settings, 1));
            case FAN_OUT_32 -> servers(settings, wire -> fanOut(wire, settings, 32));
            case STREAMS_1 -> streams(settings, 1);
            case STREAMS_32 -> streams(settings, 32);
            case BOTS -> bots(settings);
            case RESUME -> resumes(settings);
            case PUBLISH_1 -> engines(settings, 1);
            case PUBLISH_MANY -> engines(settings, settings.publishers());
        };
    }

    private static List<Entry> servers(Settings settings, Function<Wire, IntFunction<Load>> load) {
        return settings.servers().stream()
                .map(server -> new Entry(Contestant.of(server), load.apply(server.wire())))
                .toList();
    }

    private static IntFunction<Load> fanOut(Wire wire, Settings settings, int window) {
        return payload -> new FanOutLoad(wire, settings.subscribers(), window, payload);
    }

    private static List<Entry> streams(Settings settings, int window) {
        return List.of(
                new Entry(Contestant.holdfast("plain"), fanOut(new RoomsWire(), settings, window)),
                new Entry(
                        Contestant.holdfast("sequenced"),
                        fanOut(new ResumingWire(), settings, window)));
    }

    /** The same conversation over a WebSocket and over TCP. */
    private static List<Entry> bots(Settings settings) {
        return List.of(
                new Entry(Contestant.holdfast("websocket"), echo(new RoomsWire(), settings)),
                new Entry(
                        Contestant.bots(
                                "bot, lines",
                                // Nobody answers pings here.
                                "bot.ping_interval=1h",
                                "bot.pong_timeout=3h",
                                "bot.connections_per_minute_per_ip=0",
                                "limits.bot_max_connections=100000"),
                        echo(new BotWire(), settings)));
    }

    private static IntFunction<Load> echo(Wire wire, Settings settings) {
        return payload ->
                new EchoLoad(wire, settings.echoConnections(), settings.echoPayloadBytes());
    }

    private static List<Entry> resumes(Settings settings) {
        int missed = settings.missed();
        String history = "store.history_size=" + Math.max(1000, missed);
        return List.of(
                new Entry(
                        Contestant.holdfast(NOTHING_MISSED, history),
                        payload -> new ResumeLoad(0, payload)),
                new Entry(
                        Contestant.holdfast(
                                String.format(Locale.ROOT, "%,d missed", missed), history),
                        payload -> new ResumeLoad(missed, payload)));
    }

    /** Publishers in a room each, with one message outstanding each. */
    private static List<Entry> engines(Settings settings, int publishers) {
        IntFunction<Load> load =
                payload -> new EchoLoad(new RoomsWire(), publishers, settings.publishedBytes());
        return Stream.of(
                        Contestant.holdfast("memory", "store.engine=memory"),
                        Contestant.holdfast("disk", "store.engine=disk", "store.commit_interval=0"),
                        Contestant.holdfast(
                                "disk, 2 ms", "store.engine=disk", "store.commit_interval=2ms"))
                .map(contestant -> new Entry(contestant, load))
                .toList();
    }
}
