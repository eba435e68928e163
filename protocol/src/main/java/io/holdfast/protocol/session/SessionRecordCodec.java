package io.holdfast.protocol.session;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.session.SessionRecord.Membership;
import io.holdfast.protocol.session.SessionRecord.Seen;
import io.holdfast.protocol.session.SessionRecord.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The binary form of a {@link SessionRecord}, in which snapshots, stores and handovers carry it.
 *
 * <p>One byte says the format's version. Then come fields until the end: a tag (1 byte), the length
 * of the value (4 bytes), the value. Numbers are big-endian, 8 bytes; strings have their length (2
 * bytes) before them. A reader skips the fields that it does not know, and what follows the known
 * part of a value, so that a later version can add something without a new version byte; that one
 * changes only when an old reader would do harm. A list is a field that is repeated.
 *
 * <p>Bytes are never trusted: whatever they say, {@link #decode} gives a record whose values are in
 * their ranges, or the typed exception, and allocates in proportion to what it was given.
 */
public final class SessionRecordCodec {
    /** The largest sequence number, generation and session number: exact in JSON. */
    public static final long MAX_NUMBER = (1L << 53) - 1;
    /** The longest duration, about a hundred years: nanoseconds must hold it (292 years). */
    public static final long MAX_MILLIS = 100L * 365 * 24 * 3600 * 1000;

    static final byte VERSION = 1;
    static final int SHA256_BYTES = 32;

    // Never used for anything else once released.
    private static final int CLIENT_ID = 1;
    private static final int NUMBER = 2;
    private static final int GENERATION = 3;
    private static final int PRINCIPAL = 4;
    private static final int DIALECT = 5;
    private static final int RESUMABLE = 6;
    private static final int TTL_MILLIS = 7;
    private static final int LEFT_MILLIS = 8;
    private static final int PRESENCE_LEFT_MILLIS = 9;
    private static final int TOKEN = 10;
    private static final int PREVIOUS_TOKEN = 11;
    private static final int MEMBERSHIP = 12;
    private static final int SEEN = 13;
    private static final int STATE = 14;

    private SessionRecordCodec() {}

    /** @throws IllegalArgumentException if {@link #decode} would refuse the record */
    public static byte[] encode(SessionRecord record) {
        FieldWriter out = new FieldWriter(VERSION);
        out.string(CLIENT_ID, "client id", record.clientId());
        out.number(NUMBER, "number", record.number(), 0, MAX_NUMBER);
        out.number(GENERATION, "generation", record.generation(), 0, MAX_NUMBER);
        out.string(PRINCIPAL, "principal", record.principal());
        out.string(DIALECT, "dialect", record.dialect());
        out.number(RESUMABLE, "resumable", record.resumable() ? 1 : 0, 0, 1);
        out.number(TTL_MILLIS, "ttl", record.ttlMillis(), 0, MAX_MILLIS);
        out.number(LEFT_MILLIS, "time left", record.leftMillis(), 0, MAX_MILLIS);
        out.number(PRESENCE_LEFT_MILLIS, "presence", record.presenceLeftMillis(), -1, MAX_MILLIS);
        token(out, TOKEN, "token", record.token());
        token(out, PREVIOUS_TOKEN, "previous token", record.previousToken());
        out.atMost("memberships", record.memberships().size(), Limits.MAX_MEMBERSHIPS);
        for (Membership membership : record.memberships()) {
            out.field(MEMBERSHIP, "membership", value -> {
                value.string(membership.stream());
                value.string(membership.epoch());
                value.number(membership.seq(), 0, MAX_NUMBER);
            });
        }
        out.atMost("seen message ids", record.seen().size(), DedupWindow.CAPACITY);
        for (Seen seen : record.seen()) {
            out.field(SEEN, "seen message id", value -> {
                value.string(seen.id());
                value.string(seen.stream());
                value.number(seen.seq(), 0, MAX_NUMBER);
            });
        }
        out.atMost("bytes of state", record.state().length, Limits.MAX_SESSION_STATE_BYTES);
        out.field(STATE, "state", value -> value.bytes(record.state()));
        return out.toBytes();
    }

    private static void token(FieldWriter out, int tag, String name, @Nullable Token token) {
        if (token != null) {
            if (token.sha256().length != SHA256_BYTES) {
                throw new IllegalArgumentException("The " + name + " of a session record has "
                        + token.sha256().length + " bytes; expected a SHA-256 of 32.");
            }
            out.field(tag, name, value -> {
                value.bytes(token.sha256());
                value.number(token.leftMillis(), 0, MAX_MILLIS);
            });
        }
    }

    /** @throws MalformedSessionRecordException if the bytes are not a record that can be read */
    public static SessionRecord decode(byte[] bytes) throws MalformedSessionRecordException {
        FieldReader in = new FieldReader(bytes, VERSION);
        Fields fields = new Fields();
        while (in.next()) {
            fields.read(in);
        }
        return fields.toRecord();
    }

    /** What has been read so far. */
    private static final class Fields {
        private final Map<Integer, String> strings = new HashMap<>();
        private final Map<Integer, Long> numbers = new HashMap<>();
        private final Set<Integer> once = new HashSet<>();
        private final List<Membership> memberships = new ArrayList<>();
        private final List<Seen> seen = new ArrayList<>();
        /** Many ids, few streams: each name is kept once. */
        private final Map<String, String> streams = new HashMap<>();

        private @Nullable Token token;
        private @Nullable Token previousToken;
        private byte[] state = new byte[0];

        void read(FieldReader in) throws MalformedSessionRecordException {
            int tag = in.tag();
            if (tag <= STATE && tag != MEMBERSHIP && tag != SEEN && !once.add(tag)) {
                throw in.refused("is there twice");
            }
            switch (tag) {
                case CLIENT_ID, PRINCIPAL, DIALECT -> strings.put(tag, in.string());
                case NUMBER, GENERATION -> numbers.put(tag, in.number(0, MAX_NUMBER));
                case RESUMABLE -> numbers.put(tag, in.number(0, 1));
                case TTL_MILLIS, LEFT_MILLIS -> numbers.put(tag, in.number(0, MAX_MILLIS));
                case PRESENCE_LEFT_MILLIS -> numbers.put(tag, in.number(-1, MAX_MILLIS));
                case TOKEN -> token = token(in);
                case PREVIOUS_TOKEN -> previousToken = token(in);
                case MEMBERSHIP -> {
                    in.atMost(memberships.size() + 1, Limits.MAX_MEMBERSHIPS);
                    memberships.add(
                            new Membership(in.string(), in.string(), in.number(0, MAX_NUMBER)));
                }
                case SEEN -> {
                    in.atMost(seen.size() + 1, DedupWindow.CAPACITY);
                    seen.add(new Seen(in.string(), stream(in), in.number(0, MAX_NUMBER)));
                }
                case STATE -> {
                    in.atMost(in.remaining(), Limits.MAX_SESSION_STATE_BYTES);
                    state = in.bytes(in.remaining());
                }
                default -> {
                    // Of a later version: skipped.
                }
            }
        }

        private String stream(FieldReader in) throws MalformedSessionRecordException {
            String stream = in.string();
            String known = streams.putIfAbsent(stream, stream);
            return known == null ? stream : known;
        }

        private static Token token(FieldReader in) throws MalformedSessionRecordException {
            return new Token(in.bytes(SHA256_BYTES), in.number(0, MAX_MILLIS));
        }

        SessionRecord toRecord() throws MalformedSessionRecordException {
            return new SessionRecord(
                    string(CLIENT_ID, "client id"),
                    number(NUMBER, "number"),
                    number(GENERATION, "generation"),
                    string(PRINCIPAL, "principal"),
                    string(DIALECT, "dialect"),
                    number(RESUMABLE, "resumable") == 1,
                    number(TTL_MILLIS, "ttl"),
                    number(LEFT_MILLIS, "time left"),
                    number(PRESENCE_LEFT_MILLIS, "presence"),
                    token,
                    previousToken,
                    List.copyOf(memberships),
                    List.copyOf(seen),
                    state);
        }

        private String string(int tag, String name) throws MalformedSessionRecordException {
            return present(strings.get(tag), tag, name);
        }

        private long number(int tag, String name) throws MalformedSessionRecordException {
            return present(numbers.get(tag), tag, name);
        }

        private static <T> T present(@Nullable T value, int tag, String name)
                throws MalformedSessionRecordException {
            if (value == null) {
                throw new MalformedSessionRecordException("A session record without field " + tag
                        + " (" + name + "); expected every session to have one: the record is"
                        + " damaged or cut off.");
            }
            return value;
        }
    }
}
