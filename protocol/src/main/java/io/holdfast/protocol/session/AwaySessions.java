package io.holdfast.protocol.session;

import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a table that have no connection, by what happens to them next and by who has been
 * away longest: times to live differ. A session must not change its times while it is in here.
 */
final class AwaySessions {
    // The client id makes the order total: no two sessions of a table have the same.
    private final TreeSet<Session> byDeadline =
            new TreeSet<>(Comparator.comparingLong(Session::deadlineSessionNanos)
                    .thenComparingLong(Session::generation)
                    .thenComparing(Session::clientId));
    private final TreeSet<Session> byLeaving =
            new TreeSet<>(Comparator.comparingLong(Session::awaySinceSessionNanos)
                    .thenComparingLong(Session::generation)
                    .thenComparing(Session::clientId));

    void add(Session session) {
        byDeadline.add(session);
        byLeaving.add(session);
    }

    void remove(Session session) {
        byDeadline.remove(session);
        byLeaving.remove(session);
    }

    /** The one to which something happens first; null when nobody is away. */
    @Nullable
    Session next() {
        return byDeadline.isEmpty() ? null : byDeadline.first();
    }

    @Nullable
    Session longestAway() {
        return byLeaving.isEmpty() ? null : byLeaving.first();
    }

    int size() {
        return byLeaving.size();
    }
}
