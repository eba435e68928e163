package io.holdfast.server.config;

import static io.holdfast.server.config.Section.STORE;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** [store]: what is remembered for clients that resume. */
final class StoreKeys {

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;
    private static final int GIB = 256 << 20;
    private static final long TIB = 1L << 40;

    static final Key<StoreEngine> ENGINE = Key.of(
            STORE,
            "engine",
            ValueType.choice(StoreEngine.class)
                    .allowing("one of memory, disk; redis is not available in this version"),
            "memory",
            "Where streams and sessions are kept: memory survives a graceful restart; disk also"
                    + " a crash and a power loss.");

    static final Key<Path> DIRECTORY = Key.of(
            STORE,
            "directory",
            ValueType.directory(),
            "holdfast-data",
            "Where the files of the store are, relative to the working directory; under systemd"
                    + " the default is STATE_DIRECTORY.");

    static final Key<Boolean> SNAPSHOT = Key.of(
            STORE,
            "snapshot",
            ValueType.onOff(),
            "on",
            "Whether the memory engine writes a snapshot at a graceful stop for the next start;"
                    + " off where nothing may touch the disk.");

    static final Key<Duration> COMMIT_INTERVAL = Key.of(
            STORE,
            "commit_interval",
            ValueType.duration(Duration.ZERO, Duration.ofSeconds(1)),
            "0s",
            "How long the disk engine collects before it commits, 0 for as soon as the disk is"
                    + " free; raise it to spare the disk, each message waits for it.");

    static final Key<Boolean> FSYNC = Key.of(
            STORE,
            "fsync",
            ValueType.onOff(),
            "on",
            "Whether the disk engine waits until the device has the bytes; off is faster and"
                    + " loses messages in a power loss, so each unclean start begins new epochs.");

    static final Key<Integer> HISTORY_SIZE = Key.of(
                    STORE,
                    "history_size",
                    ValueType.wholeNumber(1, 1_000_000),
                    "1000",
                    "Messages kept of each stream; what a client missed beyond them is a gap.")
            .reloadable();

    static final Key<Duration> HISTORY_TTL = Key.of(
                    STORE,
                    "history_ttl",
                    ValueType.duration(Duration.ofSeconds(1), Duration.ofDays(7)),
                    "600s",
                    "How long a message is kept; at least every session_ttl.")
            .reloadable();

    static final Key<Integer> HISTORY_BYTES = Key.of(
                    STORE,
                    "history_bytes",
                    ValueType.size(KIB, GIB),
                    "8MiB",
                    "Bytes kept of each stream; at least twice message_size.")
            .reloadable();

    static final Key<Long> HISTORY_TOTAL = Key.of(
                    STORE,
                    "history_total",
                    ValueType.largeSize(KIB, TIB),
                    "128MiB",
                    "Bytes kept in memory of all streams together; above it those that keep the"
                            + " most give way.")
            .reloadable();

    static final Key<Long> DISK_SIZE = Key.of(
            STORE,
            "disk_size",
            ValueType.largeSize(MIB, 16 * TIB),
            "1GiB",
            "Bytes that the disk engine keeps in files; the oldest file goes first above it.");

    static final Key<Integer> SEGMENT_SIZE = Key.of(
            STORE,
            "segment_size",
            ValueType.size(64 * KIB, 256 * MIB),
            "64MiB",
            "Size at which the disk engine begins the next file; at most a quarter of"
                    + " disk_size.");

    static final Key<Integer> UNCOMMITTED_LIMIT = Key.of(
                    STORE,
                    "uncommitted_limit",
                    ValueType.size(KIB, GIB),
                    "16MiB",
                    "Bytes accepted and not yet committed above which publishing is refused; at"
                            + " least twice message_size.")
            .reloadable();

    static final Key<Integer> MAX_SESSIONS = Key.of(
            STORE,
            "max_sessions",
            ValueType.wholeNumber(1, 10_000_000),
            "200000",
            "Sessions kept at once, present and away; raise it together with"
                    + " max_connections, about 1 KiB each.");

    static final List<Key<?>> ALL = List.of(
            ENGINE,
            DIRECTORY,
            SNAPSHOT,
            COMMIT_INTERVAL,
            FSYNC,
            HISTORY_SIZE,
            HISTORY_TTL,
            HISTORY_BYTES,
            HISTORY_TOTAL,
            DISK_SIZE,
            SEGMENT_SIZE,
            UNCOMMITTED_LIMIT,
            MAX_SESSIONS);

    private StoreKeys() {}
}
