package io.holdfast.protocol.session;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.session.SessionRecord.Seen;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ids of a session's last messages, each with the place its message got, so that a repeat is
 * answered with the original {@code seq} and not published again (spec: delivery, "Client to
 * server"). A refused message's id is not in it.
 *
 * <p>Thread-safe: a session's messages go to several streams, each with a home thread of its own.
 * Who finds nothing and then remembers must not be raced by a repeat of the same message; the
 * messages to one stream pass its home in order, so that this holds there.
 */
public final class DedupWindow {
    /** Ids kept: twice what a client may have unacked (512), so that no repeat falls out. */
    public static final int CAPACITY = Limits.REMEMBERED_IDS;

    /** Oldest first; made with the first id, since most sessions never send one. */
    private @Nullable Map<String, Seen> seen;

    /** Where the message with that id went; null when it is not known. */
    public synchronized @Nullable Seen find(String id) {
        return seen == null ? null : seen.get(id);
    }

    /** Makes an id the youngest; the oldest is forgotten when there are too many. */
    public synchronized void remember(String id, String stream, long seq) {
        if (seen == null) {
            seen = new LinkedHashMap<>();
        }
        seen.remove(id);
        seen.put(id, new Seen(id, stream, seq));
        if (seen.size() > CAPACITY) {
            seen.remove(seen.keySet().iterator().next());
        }
    }

    /** Its message did not become part of the stream after all: it may be sent again. */
    public synchronized void forget(String id) {
        if (seen != null) {
            seen.remove(id);
        }
    }

    /** Oldest first; a copy. */
    public synchronized List<Seen> toList() {
        return seen == null ? List.of() : List.copyOf(seen.values());
    }
}
