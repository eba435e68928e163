package io.holdfast.server.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The counters of one event loop. Only that loop's thread may count here; any thread may read.
 *
 * <p>With a single writer a plain read and a release write are enough: no lock, no atomic
 * read-modify-write, no allocation, and readers see whole values that never go back.
 *
 * <p>The enums' ordinals are indexes here: they never leave the process.
 */
@SuppressWarnings("EnumOrdinal")
public final class LoopMetrics {

    private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);

    private static final int DIALECTS = DialectName.values().length;
    private static final int ERRORS_AT = Counter.values().length * DIALECTS;
    private static final int LIMITS_AT = ERRORS_AT + ErrorKind.values().length;
    private static final int RESUMES_AT = LIMITS_AT + LimitName.values().length;
    private static final int CELL_COUNT = RESUMES_AT + ResumeResult.values().length * DIALECTS;

    /** 128 bytes of nothing at both ends keep the neighbours' counters off our cache lines. */
    private static final int PADDING = 16;

    private final long[] cells = new long[PADDING + CELL_COUNT + PADDING];

    public void count(Counter counter, DialectName dialect) {
        add(counter, dialect, 1);
    }

    public void add(Counter counter, DialectName dialect, long amount) {
        add(index(counter, dialect), amount);
    }

    public void count(ErrorKind kind) {
        add(ERRORS_AT + kind.ordinal(), 1);
    }

    public void count(LimitName limit) {
        add(LIMITS_AT + limit.ordinal(), 1);
    }

    public void count(ResumeResult result, DialectName dialect) {
        add(index(result, dialect), 1);
    }

    long get(Counter counter, DialectName dialect) {
        return read(index(counter, dialect));
    }

    long get(ErrorKind kind) {
        return read(ERRORS_AT + kind.ordinal());
    }

    long get(LimitName limit) {
        return read(LIMITS_AT + limit.ordinal());
    }

    long get(ResumeResult result, DialectName dialect) {
        return read(index(result, dialect));
    }

    private static int index(ResumeResult result, DialectName dialect) {
        return RESUMES_AT + result.ordinal() * DIALECTS + dialect.ordinal();
    }

    private static int index(Counter counter, DialectName dialect) {
        return counter.ordinal() * DIALECTS + dialect.ordinal();
    }

    /** Release, so that a reader who sees a later counter also sees the ones counted before it. */
    private void add(int index, long amount) {
        long before = (long) CELLS.get(cells, PADDING + index);
        CELLS.setRelease(cells, PADDING + index, before + amount);
    }

    private long read(int index) {
        return (long) CELLS.getAcquire(cells, PADDING + index);
    }
}
