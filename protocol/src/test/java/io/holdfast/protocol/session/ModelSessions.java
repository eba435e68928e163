package io.holdfast.protocol.session;

import io.holdfast.protocol.stream.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a table of sessions must do, written down as simply as can be: every duration is counted
 * down, everything is found by looking at all of it, and tokens are kept as they are. Milliseconds.
 */
final class ModelSessions {
    static final class Token {
        final String text;
        long left;

        Token(String text, long left) {
            this.text = text;
            this.left = left;
        }
    }

    static final class Entry {
        final String id;
        final long number;
        final long ttl;
        final Map<String, Position> memberships = new LinkedHashMap<>();
        final List<SessionRecord.Seen> seen = new ArrayList<>();
        long generation;
        boolean connected = true;
        long left;
        long awayFor;
        long graceLeft = -1;
        byte[] state = new byte[0];
        Token newest;

        @Nullable
        Token previous;

        Entry(String id, long number, long generation, long ttl, Token token) {
            this.id = id;
            this.number = number;
            this.generation = generation;
            this.ttl = ttl;
            this.newest = token;
        }

        boolean matches(@Nullable String token) {
            return token != null
                    && ((newest.text.equals(token) && newest.left > 0)
                            || (previous != null
                                    && previous.text.equals(token)
                                    && previous.left > 0));
        }

        private long next() {
            return graceLeft >= 0 ? Math.min(graceLeft, left) : left;
        }
    }

    final Map<String, Entry> entries = new LinkedHashMap<>();
    final List<String> events = new ArrayList<>();
    boolean paused;

    private final int max;
    private final long tokenLife;

    ModelSessions(int max, long tokenLife) {
        this.max = max;
        this.tokenLife = tokenLife;
    }

    void pass(long millis) {
        long rest = paused ? 0 : millis;
        while (true) {
            Optional<Entry> first = away().min(Comparator.comparingLong(Entry::next)
                    .thenComparingLong(entry -> entry.generation)
                    .thenComparing(entry -> entry.id));
            if (first.isEmpty() || first.get().next() > rest) {
                count(rest);
                return;
            }
            Entry entry = first.get();
            long step = entry.next();
            count(step);
            rest -= step;
            if (entry.left <= 0) {
                end(entry, "EXPIRED");
            } else {
                events.add(entry.id + " left");
                entry.graceLeft = -1;
            }
        }
    }

    private void count(long millis) {
        for (Entry entry : entries.values()) {
            entry.newest.left -= millis;
            if (entry.previous != null) {
                entry.previous.left -= millis;
            }
            if (!entry.connected) {
                entry.left -= millis;
                entry.awayFor += millis;
                entry.graceLeft = entry.graceLeft < 0 ? -1 : entry.graceLeft - millis;
            }
        }
    }

    /** What a newcomer of the same principal who speaks resume and asks for it must get. */
    String expect(String id, @Nullable String token) {
        Entry entry = entries.get(id);
        if (entry == null) {
            return entries.size() == max && away().findAny().isEmpty() ? "FULL" : "NEW";
        }
        if (entry.matches(token)) {
            return "RESTORED";
        }
        return entry.connected ? "REFUSED" : "NEW";
    }

    void restored(String id, String shown, String issued, long generation) {
        Entry entry = entry(id);
        boolean showedNewest = entry.newest.text.equals(shown);
        // The one that was shown stays good beside the fresh one; any other is not.
        entry.previous = showedNewest ? entry.newest : entry.previous;
        entry.newest = new Token(issued, tokenLife);
        entry.generation = generation;
        entry.connected = true;
        entry.graceLeft = -1;
        entry.awayFor = 0;
    }

    void begun(String id, String issued, long generation, long number, long ttl) {
        Entry old = entries.get(id);
        if (old != null) {
            end(old, "REPLACED");
        } else if (entries.size() == max) {
            end(
                    away().max(Comparator.<Entry>comparingLong(entry -> entry.awayFor)
                                    .thenComparing(
                                            entry -> entry.generation, Comparator.reverseOrder())
                                    .thenComparing(entry -> entry.id, Comparator.reverseOrder()))
                            .orElseThrow(),
                    "EVICTED");
        }
        entries.put(id, new Entry(id, number, generation, ttl, new Token(issued, tokenLife)));
    }

    void refreshed(String id, String issued) {
        Entry entry = entry(id);
        entry.previous = entry.newest;
        entry.newest = new Token(issued, tokenLife);
    }

    void disconnected(String id, long grace) {
        Entry entry = entry(id);
        entry.connected = false;
        entry.left = entry.ttl;
        entry.awayFor = 0;
        entry.graceLeft = grace == 0 ? -1 : grace;
    }

    void end(Entry entry, String why) {
        entries.remove(entry.id);
        if (entry.graceLeft >= 0) {
            events.add(entry.id + " left");
        }
        events.add(entry.id + " " + why);
    }

    /** All are away afterwards; whoever was not yet has its whole life left. */
    void restart() {
        paused = false;
        entries.values().stream().filter(entry -> entry.connected).forEach(entry -> {
            entry.connected = false;
            entry.left = entry.ttl;
            entry.awayFor = 0;
        });
        for (Entry entry : entries.values()) {
            // A record knows nothing below zero.
            entry.newest.left = Math.max(0, entry.newest.left);
        }
    }

    List<String> due() {
        return entries.values().stream()
                .filter(entry -> entry.connected && entry.newest.left * 5 <= tokenLife)
                .map(entry -> entry.id)
                .toList();
    }

    Entry entry(String id) {
        Entry entry = entries.get(id);
        if (entry == null) {
            throw new AssertionError("The model has no session of " + id);
        }
        return entry;
    }

    private Stream<Entry> away() {
        return entries.values().stream().filter(entry -> !entry.connected);
    }
}
