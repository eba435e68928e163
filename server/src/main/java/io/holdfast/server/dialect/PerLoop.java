package io.holdfast.server.dialect;

import io.holdfast.transport.LoopContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One part for each event loop, made from settings, and made anew when a reload has changed them.
 * Each loop asks for its own on its own thread.
 */
@SuppressWarnings("ReferenceEquality") // Settings are replaced as a whole.
public final class PerLoop<S, T> {
    private record Made<S, T>(S from, T part) {}

    private final List<@Nullable Made<S, T>> made = new ArrayList<>();
    private final Supplier<S> settings;
    private final Function<S, T> maker;

    /**
     * @param loops worker loops of the server
     * @param settings as they are now
     */
    public PerLoop(int loops, Supplier<S> settings, Function<S, T> maker) {
        this.settings = settings;
        this.maker = maker;
        for (int i = 0; i < loops; i++) {
            made.add(null);
        }
    }

    /** The loop's part. */
    public T of(LoopContext loop) {
        S now = settings.get();
        Made<S, T> known = made.get(loop.index());
        if (known == null || known.from() != now) {
            known = new Made<>(now, maker.apply(now));
            made.set(loop.index(), known);
        }
        return known.part();
    }
}
