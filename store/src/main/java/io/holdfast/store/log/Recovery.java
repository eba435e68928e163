package io.holdfast.store.log;

import io.holdfast.store.Image;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log from its oldest segment to its newest, once. A torn end of the newest is cut. Damage
 * anywhere else may have lost what was committed: streams that cannot be shown to be whole are
 * dropped, so that they get new epochs (spec: delivery, "Whatever may have lost committed messages
 * starts new epochs"); sessions stay as they are known.
 */
final class Recovery {
    /** Names of streams in one sentence of the report. */
    private static final int NAMED_STREAMS = 20;

    /**
     * What was found.
     *
     * @param run number for this start
     * @param segments that stay, oldest first
     * @param ended streams that were dropped because of damage; null when there was none
     */
    record Found(
            long logId,
            long run,
            long nextSegment,
            long nextGroup,
            long clockMillis,
            List<Segments.Sealed> segments,
            Index index,
            Image image,
            @Nullable List<RecoveredStream> ended,
            List<String> report) {}

    private final Disk disk;
    private final RecoveredState state;
    private final List<Segments.Sealed> segments = new ArrayList<>();
    private final List<String> report = new ArrayList<>();
    private final List<String> damage = new ArrayList<>();
    private @Nullable SegmentHeader before;
    private long highestGroup;

    private Recovery(Disk disk, LogSettings settings) {
        this.disk = disk;
        state = new RecoveredState(settings);
    }

    /** @param newLogId for a log that begins now */
    static Found read(Disk disk, LogSettings settings, long newLogId)
            throws IOException, NewerFormatException {
        return new Recovery(disk, settings).read(newLogId);
    }

    private Found read(long newLogId) throws IOException, NewerFormatException {
        SegmentChain chain = SegmentChain.find(disk);
        List<SegmentChain.Link> links = chain.links();
        SegmentChain.@Nullable Link newest = null;
        for (SegmentChain.Link link : links) {
            newest = link.header() == null ? newest : link;
        }
        for (SegmentChain.Link link : links) {
            segment(link, link.equals(newest));
        }
        List<String> unsynced = runEnds();
        if (!unsynced.isEmpty()) {
            report.add("The store was written without fsync and not stopped: " + named(unsynced)
                    + " may have lost committed messages and will start new epochs; sessions are"
                    + " kept as last read.");
        }
        tidy(chain);
        boolean judge = state.damaged();
        List<RecoveredStream> ended = judge ? state.judge() : List.of();
        if (judge) {
            report.addAll(damage);
            report.add("Because of this damage "
                    + named(ended.stream().map(RecoveredStream::name).toList())
                    + " may have lost committed messages and will start new epochs; what was known"
                    + " only there cannot be named, and is gone; sessions are kept as last read.");
        }
        Image image = state.image(report);
        return new Found(
                before == null ? newLogId : before.logId(),
                before == null ? 1 : before.run() + 1,
                chain.highestNumber() + 1,
                highestGroup + 2,
                state.clockMillis(),
                segments,
                state.index(),
                image,
                judge ? ended : null,
                report);
    }

    private void segment(SegmentChain.Link link, boolean newest) throws IOException {
        SegmentHeader header = link.header();
        if (header == null) {
            state.damage();
            damage.add("Segment " + SegmentHeader.name(link.number())
                    + " is missing or cannot be read: all " + link.end()
                    + " bytes of it, and all sessions and messages in them, are lost.");
            return;
        }
        if (before == null || before.run() != header.run()) {
            runEnds();
            state.runBegins();
        }
        before = header;
        state.clock(header.clockMillis());
        SegmentBytes bytes = SegmentBytes.read(disk, header, link.end());
        long end = records(bytes, header, newest);
        if (bytes.size() < link.end()) {
            damaged(header.segment(), bytes.size(), link.end(), highestGroup, -1);
        }
        if (newest) {
            finish(SegmentHeader.name(header.segment()), end, bytes.size());
        }
        segments.add(new Segments.Sealed(header, end, state.clockMillis()));
    }

    /** What a killed process had written may be known to the operating system only. */
    private void finish(String name, long end, long size) throws IOException {
        if (end < size) {
            disk.cut(name, end);
        } else {
            disk.sync(name);
        }
        disk.syncDirectory();
    }

    /** Takes in the records, and gives the end of what counts. */
    private long records(SegmentBytes bytes, SegmentHeader header, boolean newest) {
        long group = header.firstGroup() - 1;
        boolean groupWhole = true;
        int offset = SegmentHeader.BYTES;
        while (offset < bytes.size()) {
            SegmentBytes.Found record = bytes.at(offset);
            if (record != null && applied(bytes, record, header.segment())) {
                group = record.group();
                groupWhole = record.last();
                highestGroup = Math.max(highestGroup, group);
                offset = record.end();
                continue;
            }
            // A group is begun when the one before it is synced: a later one shows that what
            // cannot be read was committed; without one this is where a kill tore the last.
            long torn = groupWhole ? group + 1 : group;
            if (newest && bytes.readWhole() && !hasGroupAfter(bytes, offset, torn)) {
                torn(bytes, header, offset);
                return offset;
            }
            SegmentBytes.Found next = bytes.next(offset + 1);
            int to = next == null ? bytes.size() : next.start();
            damaged(header.segment(), offset, to, group, next == null ? -1 : next.group());
            offset = to;
        }
        return bytes.size();
    }

    private boolean applied(SegmentBytes bytes, SegmentBytes.Found record, long segment) {
        try {
            boolean wasDamaged = state.damaged();
            state.apply(record.kind(), bytes.body(record), segment);
            if (wasDamaged && !state.damaged()) {
                damage.clear(); // An earlier start has reported it.
            }
            return true;
        } catch (MalformedException e) {
            return false;
        }
    }

    private static boolean hasGroupAfter(SegmentBytes bytes, int offset, long group) {
        SegmentBytes.Found record = bytes.next(offset + 1);
        while (record != null && record.group() <= group) {
            record = bytes.next(record.end());
        }
        return record != null;
    }

    private void torn(SegmentBytes bytes, SegmentHeader header, int offset) {
        int records = 0;
        TreeSet<String> streams = new TreeSet<>();
        for (SegmentBytes.Found record = bytes.next(offset + 1);
                record != null;
                record = bytes.next(record.end())) {
            records++;
            highestGroup = Math.max(highestGroup, record.group());
            if (record.kind() == RecordKind.BATCH) {
                try {
                    streams.add(bytes.body(record).getText());
                } catch (MalformedException e) {
                    records--;
                }
            }
        }
        report.add("The end of " + SegmentHeader.name(header.segment())
                + " was torn by an end without a stop: its last " + (bytes.size() - offset)
                + " bytes, from byte " + offset + ", were cut, with " + records
                + " records that were still whole"
                + (streams.isEmpty() ? "" : " (" + named(List.copyOf(streams)) + ")")
                + (header.synced()
                        ? "; none was committed, unless the disk lost what was synced."
                        : "; without fsync some of it may have been committed."));
    }

    private void damaged(long segment, long from, long to, long groupBefore, long groupAfter) {
        state.damage();
        damage.add("Segment " + SegmentHeader.name(segment) + " is damaged from byte " + from
                + " to " + to + ": what was committed in groups " + groupBefore + " to "
                + (groupAfter < 0 ? "its end" : groupAfter)
                + " may be lost, changes of sessions too.");
    }

    /**
     * A run without syncs keeps its streams only when it ended with a stop. What is dropped is told
     * by the start that comes next; later ones drop it again and say nothing.
     */
    private List<String> runEnds() {
        SegmentHeader last = before;
        return last != null && !last.synced() && !state.clean() ? state.dropStreams() : List.of();
    }

    private void tidy(SegmentChain chain) throws IOException {
        for (String name : chain.leftovers()) {
            disk.delete(name);
        }
        for (String name : chain.unreadable()) {
            disk.rename(name, name + ".damaged");
            damage.add("What is there of " + name + " was moved to " + name + ".damaged.");
        }
        if (!chain.leftovers().isEmpty() || !chain.unreadable().isEmpty()) {
            disk.syncDirectory();
        }
    }

    private static String named(List<String> streams) {
        String names =
                String.join(", ", streams.subList(0, Math.min(NAMED_STREAMS, streams.size())));
        int more = streams.size() - NAMED_STREAMS;
        return streams.size()
                + (streams.size() == 1 ? " stream" : " streams")
                + (streams.isEmpty() ? "" : " (" + names + (more > 0 ? " and " + more : "") + ")");
    }
}
