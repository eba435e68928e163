package io.holdfast.conformance.fuzz;

import io.holdfast.server.dialect.bot.BotFormFuzz;
import io.holdfast.server.dialect.bot.BotRequestFuzz;

import java.nio.file.Path;
import java.util.Locale;

/** What can be fuzzed. */
enum FuzzTarget {
    LINE(LineFuzz.class, LineFuzz::fuzzerTestOneInput, "io.holdfast.protocol.**"),
    FRAME(FrameFuzz.class, FrameFuzz::fuzzerTestOneInput, "io.holdfast.protocol.**"),
    FRAME_ROUND_TRIP(
            FrameRoundTripFuzz.class,
            FrameRoundTripFuzz::fuzzerTestOneInput,
            "io.holdfast.protocol.**"),
    SWITCH(SwitchFuzz.class, SwitchFuzz::fuzzerTestOneInput, "io.holdfast.protocol.**"),
    PROXY_HEADER(
            ProxyHeaderFuzz.class, ProxyHeaderFuzz::fuzzerTestOneInput, "io.holdfast.protocol.**"),
    WEB_SOCKET_FRAME(
            WebSocketFrameFuzz.class,
            WebSocketFrameFuzz::fuzzerTestOneInput,
            "io.holdfast.protocol.**"),
    JSON_OBJECT(
            JsonObjectFuzz.class,
            JsonObjectFuzz::fuzzerTestOneInput,
            "io.holdfast.server.json.**",
            "tools.jackson.core.json.**"),
    POSITIONS(
            PositionsFuzz.class,
            PositionsFuzz::fuzzerTestOneInput,
            "io.holdfast.server.dialect.**",
            "tools.jackson.core.json.**"),
    BOT_REQUEST(
            BotRequestFuzz.class,
            BotRequestFuzz::fuzzerTestOneInput,
            "io.holdfast.server.dialect.**:io.holdfast.server.json.**"),
    BOT_FORM(
            BotFormFuzz.class,
            BotFormFuzz::fuzzerTestOneInput,
            "io.holdfast.server.dialect.bot.**",
            "tools.jackson.core.json.**");

    /** What is done with an input; throws when something does not hold. */
    private interface Test {
        void accept(byte[] input);
    }

    private static final int COSTLY = 20;

    private final Class<?> type;

    @SuppressWarnings("ImmutableEnumChecker") // a method reference without state
    private final Test test;

    private final String tested;
    private final String guiding;

    FuzzTarget(Class<?> type, Test test, String tested) {
        this.type = type;
        this.test = test;
        this.tested = tested;
        this.guiding = tested;
    }

    /**
     * Names classes as Jazzer does.
     *
     * @param tested ours: for each of their branches an input is kept
     * @param library others whose branches, too, show the fuzzer the way
     */
    FuzzTarget(Class<?> type, Test test, String tested, String library) {
        this.type = type;
        this.test = test;
        this.tested = tested;
        this.guiding = tested + ":" + library;
    }

    Class<?> type() {
        return type;
    }

    String tested() {
        return tested;
    }

    String guiding() {
        return guiding;
    }

    /** Throws when something does not hold. */
    void test(byte[] input) {
        test.accept(input);
    }

    /** Of so many inputs, how many this target tries: compressing costs far more than decoding. */
    long share(long runs) {
        return this == FRAME_ROUND_TRIP ? runs / COSTLY : runs;
    }

    /** As in directories and on the command line. */
    String directoryName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Inputs written by hand ({@code seeds}), those that reach each branch ({@code corpus}), and
     * those that once found something ({@code found}).
     */
    Path inputs() {
        return Path.of("src", "test", "fuzz", directoryName());
    }
}
