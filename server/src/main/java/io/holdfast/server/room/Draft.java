package io.holdfast.server.room;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.protocol.session.Session;
import io.holdfast.store.StreamBatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Messages that one stream accepted in one turn, before they are committed: encoded, one behind the
 * other, and from whom. Numbered ones and ephemeral ones are never in the same draft.
 *
 * <p>Belongs to the stream's home loop; the store reads it once it is sealed.
 */
final class Draft {
    private static final int FIRST_BYTES = 512;
    private static final int FIRST_MESSAGES = 4;

    /** Of the first message; 0 when they are ephemeral. */
    final long firstSeq;

    private final byte @Nullable [] numbering;
    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;
    private int[] ends = new int[FIRST_MESSAGES];
    /** Where each message goes on behind what only clients that resume are sent. */
    private int[] bodies = new int[FIRST_MESSAGES];

    private @Nullable Publisher[] senders = new Publisher[FIRST_MESSAGES];
    private @Nullable String @Nullable [] ids;
    private StreamBatch.@Nullable Origin @Nullable [] origins;
    private int count;

    /** It was refused; what the store says of it later does not matter. */
    boolean abandoned;

    /**
     * @param firstSeq of its first message, or 0 for ephemeral ones
     * @param numbering an object's beginning, {@code "stream":"…","seq":} where clients may resume; null where none does
     */
    Draft(long firstSeq, byte @Nullable [] numbering) {
        this.firstSeq = firstSeq;
        this.numbering = numbering;
    }

    /** Whether each message begins with its numbers, which plain clients are not sent. */
    boolean isNumbered() {
        return numbering != null;
    }

    boolean isEphemeral() {
        return firstSeq == 0;
    }

    /** Messages that an earlier process had accepted. */
    static Draft of(StreamBatch batch) {
        Draft draft = new Draft(batch.firstSeq(), new byte[0]);
        draft.bytes = batch.bytes();
        draft.length = batch.length();
        draft.ends = batch.ends();
        draft.count = batch.count();
        draft.bodies = new int[draft.count];
        for (int i = 0; i < draft.count; i++) {
            draft.bodies[i] = bodyOf(draft.bytes, draft.start(i));
        }
        return draft;
    }

    /**
     * Adds one JSON object.
     *
     * @param sender who published it; who is not sent it, if it is a plain client
     */
    void add(byte[] payload, int from, int to, @Nullable Publisher sender, @Nullable String id) {
        if (count == ends.length) {
            grow();
        }
        room((numbering == null ? 0 : numbering.length + 24) + (to - from) + idLength(id));
        if (numbering == null) {
            bodies[count] = length + 1;
            put(payload, from, to);
        } else {
            put(numbering, 0, numbering.length);
            put(Long.toString(firstSeq + count));
            if (id != null) {
                put(",\"id\":");
                putString(id);
            }
            bytes[length++] = ',';
            // Behind the object's own brace, for which a plain client is sent another one.
            bodies[count] = length;
            put(payload, from + 1, to);
        }
        ends[count] = length;
        senders[count] = sender;
        if (id != null) {
            noteId(sender, id);
        }
        count++;
    }

    private void noteId(@Nullable Publisher sender, String id) {
        if (ids == null) {
            ids = new String[ends.length];
        }
        ids[count] = id;
        Session session = sender == null ? null : sender.session();
        if (session != null) {
            if (origins == null) {
                origins = new StreamBatch.Origin[ends.length];
            }
            origins[count] = new StreamBatch.Origin(session.clientId(), session.number(), id);
        }
    }

    private void grow() {
        int more = count * 2;
        ends = Arrays.copyOf(ends, more);
        bodies = Arrays.copyOf(bodies, more);
        senders = Arrays.copyOf(senders, more);
        ids = ids == null ? null : Arrays.copyOf(ids, more);
        origins = origins == null ? null : Arrays.copyOf(origins, more);
    }

    private static int idLength(@Nullable String id) {
        return id == null ? 0 : id.length() * 6 + 16;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    private void put(byte[] source, int from, int to) {
        System.arraycopy(source, from, bytes, length, to - from);
        length += to - from;
    }

    private void put(String ascii) {
        byte[] source = ascii.getBytes(US_ASCII);
        put(source, 0, source.length);
    }

    /** Writes a JSON string; the six bytes a character that it may need were made room for. */
    private void putString(String text) {
        bytes[length++] = '"';
        for (byte b : text.getBytes(UTF_8)) {
            if (b == '"' || b == '\\') {
                bytes[length++] = '\\';
                bytes[length++] = b;
            } else if (b >= 0 && b < 0x20) {
                put("\\u00");
                bytes[length++] = (byte) Character.forDigit(b >> 4, 16);
                bytes[length++] = (byte) Character.forDigit(b & 15, 16);
            } else {
                bytes[length++] = b;
            }
        }
        bytes[length++] = '"';
    }

    int count() {
        return count;
    }

    /** Bytes of all messages. */
    int length() {
        return length;
    }

    long lastSeq() {
        return isEphemeral() ? 0 : firstSeq + count - 1;
    }

    byte[] bytes() {
        return bytes;
    }

    int start(int index) {
        return index == 0 ? 0 : ends[index - 1];
    }

    /** Behind the brace, and behind what only clients that resume are sent. */
    int body(int index) {
        return bodies[index];
    }

    /**
     * Where the body begins in an object whose first members are {@code stream}, {@code seq} and
     * perhaps {@code id}, as {@link #add} wrote them.
     */
    static int bodyOf(byte[] object, int from) {
        int at = endOfString(object, from + "{\"stream\":".length());
        at += ",\"seq\":".length();
        while (object[at] != ',') {
            at++;
        }
        if (object[at + 1] == '"'
                && object[at + 2] == 'i'
                && object[at + 3] == 'd'
                && object[at + 4] == '"') {
            at = endOfString(object, at + ",\"id\":".length());
        }
        return at + 1;
    }

    /** Behind the string that begins there. */
    private static int endOfString(byte[] object, int from) {
        int at = from + 1;
        while (object[at] != '"') {
            at += object[at] == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    int end(int index) {
        return ends[index];
    }

    @Nullable
    Publisher sender(int index) {
        return senders[index];
    }

    @Nullable
    Publisher[] senders() {
        return senders;
    }

    @Nullable
    String id(int index) {
        return ids == null ? null : ids[index];
    }

    StreamBatch batch(String stream, String epoch, long clockMillis) {
        return new StreamBatch(stream, epoch, firstSeq, clockMillis, bytes, ends, origins, count);
    }
}
