package io.holdfast.store.log;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The segments that a start finds, in order: each names the one before it and says how much of
 * it counts, so that one which is missing is known, and one that was begun in vain is passed over.
 */
final class SegmentChain {

    /**
     * One place in the chain.
     *
     * @param number of the segment
     * @param header null when the segment is gone or its header damaged: nothing of it can be read
     * @param end how much of it counts; of the last one, how much there is
     */
    record Link(long number, @Nullable SegmentHeader header, long end) {}

    private final Disk disk;
    private final TreeMap<Long, SegmentHeader> whole = new TreeMap<>();
    /** Files whose header cannot be read, with their sizes. */
    private final TreeMap<Long, Long> broken = new TreeMap<>();

    private final Deque<Link> links = new ArrayDeque<>();
    private final List<String> leftovers = new ArrayList<>();

    private SegmentChain(Disk disk) {
        this.disk = disk;
    }

    /**
     * @throws NewerFormatException when a later release wrote one of them
     */
    static SegmentChain find(Disk disk) throws IOException, NewerFormatException {
        SegmentChain chain = new SegmentChain(disk);
        chain.readHeaders();
        chain.link();
        chain.findLeftovers();
        return chain;
    }

    /** Oldest first. */
    List<Link> links() {
        return List.copyOf(links);
    }

    /** Files that were begun and never counted. */
    List<String> leftovers() {
        return leftovers;
    }

    /** Segments of which nothing can be read, though the file is there. */
    List<String> unreadable() {
        List<String> names = new ArrayList<>();
        for (Link link : links) {
            if (link.header() == null && broken.containsKey(link.number())) {
                names.add(SegmentHeader.name(link.number()));
            }
        }
        return names;
    }

    long highestNumber() {
        return Math.max(
                whole.isEmpty() ? 0 : whole.lastKey(), broken.isEmpty() ? 0 : broken.lastKey());
    }

    private void readHeaders() throws IOException, NewerFormatException {
        for (String name : disk.list()) {
            long number = SegmentHeader.numberOf(name);
            if (number >= 0) {
                SegmentHeader header = readHeader(name);
                if (header != null && header.segment() == number) {
                    whole.put(number, header);
                } else {
                    broken.put(number, disk.size(name));
                }
            }
        }
    }

    private @Nullable SegmentHeader readHeader(String name)
            throws IOException, NewerFormatException {
        if (disk.size(name) < SegmentHeader.BYTES) {
            return null;
        }
        byte[] bytes = new byte[SegmentHeader.BYTES];
        try {
            disk.read(name, 0, bytes, 0, bytes.length);
        } catch (IOException e) {
            return null; // What cannot be read counts as damaged.
        }
        int version = SegmentHeader.versionOf(bytes);
        if (version > SegmentHeader.VERSION) {
            throw new NewerFormatException("The log's file " + name + " has format " + version
                    + ", and this server knows formats up to " + SegmentHeader.VERSION
                    + ": start the newer server, or name another directory.");
        }
        return SegmentHeader.decode(bytes);
    }

    private void link() throws IOException {
        linkBrokenEnd();
        Map.Entry<Long, SegmentHeader> newest = whole.lastEntry();
        if (newest == null) {
            return;
        }
        SegmentHeader header = newest.getValue();
        links.addFirst(
                new Link(newest.getKey(), header, disk.size(SegmentHeader.name(newest.getKey()))));
        while (header != null && header.previous() != 0) {
            long previous = header.previous();
            SegmentHeader before = whole.get(previous);
            Map.Entry<Long, SegmentHeader> older = whole.lowerEntry(previous);
            if (before == null && older == null && !broken.containsKey(previous)) {
                break; // Everything before was dropped for its age or size.
            }
            links.addFirst(new Link(previous, before, header.previousEnd()));
            if (before == null && older != null) {
                before = older.getValue();
                links.addFirst(new Link(
                        older.getKey(), before, disk.size(SegmentHeader.name(older.getKey()))));
            }
            header = before;
        }
    }

    /** Behind the newest segment: one that was only begun, or one with work in it. */
    private void linkBrokenEnd() {
        long newest = whole.isEmpty() ? -1 : whole.lastKey();
        broken.tailMap(newest, false).forEach((number, size) -> {
            if (size > SegmentHeader.BYTES) {
                links.addLast(new Link(number, null, size));
            }
        });
    }

    private void findLeftovers() {
        List<Long> linked = links.stream().map(Link::number).toList();
        for (long number : whole.keySet()) {
            if (!linked.contains(number)) {
                leftovers.add(SegmentHeader.name(number));
            }
        }
        for (long number : broken.keySet()) {
            if (!linked.contains(number)) {
                leftovers.add(SegmentHeader.name(number));
            }
        }
    }
}
