package io.holdfast.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.session.SessionRecord.Membership;
import io.holdfast.protocol.session.SessionRecord.Seen;
import io.holdfast.protocol.session.SessionRecord.Token;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SessionRecordCodecTest {
    private static final int CLIENT_ID = 1;
    private static final int SEEN = 13;
    private static final int STATE = 14;

    private static void assertSame(SessionRecord actual, SessionRecord expected) {
        assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
    }

    @Test
    void aRecordComesBackAsItWas() throws Exception {
        for (long seed = 0; seed < 2_000; seed++) {
            SessionRecord record = SampleRecords.random(Claims.random(seed));
            assertThat(SessionRecordCodec.decode(SessionRecordCodec.encode(record)))
                    .as("seed %d", seed)
                    .usingRecursiveComparison()
                    .isEqualTo(record);
        }
    }

    @Test
    void theLeastRecordComesBackToo() throws Exception {
        SessionRecord plain = SampleRecords.plain();

        assertSame(SessionRecordCodec.decode(SessionRecordCodec.encode(plain)), plain);
    }

    @Test
    void theVersionIsTheFirstByte() {
        assertThat(SessionRecordCodec.encode(SampleRecords.plain())[0]).isEqualTo((byte) 1);
    }

    @Test
    void fieldsOfALaterMinorVersionAreSkippedWhereverTheyAre() throws Exception {
        List<byte[]> fields = fields(SessionRecordCodec.encode(SampleRecords.golden()));
        List<byte[]> more = new ArrayList<>();
        for (byte[] field : fields) {
            more.add(field(15, new byte[0]));
            more.add(field);
            more.add(field(200, new byte[1_000]));
            more.add(field(255, "later".getBytes(StandardCharsets.UTF_8)));
        }

        assertSame(SessionRecordCodec.decode(join(1, more)), SampleRecords.golden());
    }

    @Test
    void whatALaterMinorVersionAddsToAValueIsSkipped() throws Exception {
        List<byte[]> fields = fields(SessionRecordCodec.encode(SampleRecords.golden()));
        List<byte[]> longer = fields.stream()
                .map(field -> field[0] == STATE
                        ? field
                        : field(field[0], Arrays.copyOfRange(field, 5, field.length + 9)))
                .toList();

        assertSame(SessionRecordCodec.decode(join(1, longer)), SampleRecords.golden());
    }

    @Test
    void theOrderOfFieldsDoesNotMatter() throws Exception {
        List<byte[]> fields =
                new ArrayList<>(fields(SessionRecordCodec.encode(SampleRecords.plain())));
        Collections.reverse(fields);

        assertSame(SessionRecordCodec.decode(join(1, fields)), SampleRecords.plain());
    }

    @Test
    void anotherMajorVersionIsRefusedByName() {
        byte[] later = SessionRecordCodec.encode(SampleRecords.golden());
        later[0] = 2;

        assertThatThrownBy(() -> SessionRecordCodec.decode(later))
                .isInstanceOf(MalformedSessionRecordException.class)
                .hasMessage("A session record of format version 2; this server reads version 1:"
                        + " start the version that wrote it, or remove the record.");
    }

    @Test
    void aMissingFieldIsRefusedByName() {
        List<byte[]> fields = fields(SessionRecordCodec.encode(SampleRecords.golden()));
        for (byte[] field : fields.subList(0, 9)) {
            List<byte[]> fewer = new ArrayList<>(fields);
            fewer.remove(field);
            assertThatThrownBy(() -> SessionRecordCodec.decode(join(1, fewer)))
                    .isInstanceOf(MalformedSessionRecordException.class)
                    .hasMessageStartingWith("A session record without field " + field[0] + " (");
        }
    }

    @Test
    void aFieldThatIsThereTwiceIsRefused() {
        List<byte[]> fields = fields(SessionRecordCodec.encode(SampleRecords.golden()));
        for (byte[] field : fields) {
            if (field[0] == 12 || field[0] == SEEN) {
                continue;
            }
            List<byte[]> more = new ArrayList<>(fields);
            more.add(field);
            assertThatThrownBy(() -> SessionRecordCodec.decode(join(1, more)))
                    .isInstanceOf(MalformedSessionRecordException.class)
                    .hasMessageContaining(
                            "Field " + field[0] + " of a session record is there twice");
        }
    }

    @Test
    void everyTruncationIsRefusedOrLosesOnlyWholeFieldsAtTheEnd() throws Exception {
        byte[] bytes = SessionRecordCodec.encode(SampleRecords.golden());
        int read = 0;
        for (int length = 0; length < bytes.length; length++) {
            if (decodes(Arrays.copyOf(bytes, length), 0, length)) {
                read++;
            }
        }

        // Behind the fields that every record has: after each token, membership and seen id.
        assertThat(read).isEqualTo(1 + 2 + 3 + 3);
    }

    @Test
    void mutatedRecordsGiveARecordOrTheTypedException() throws Exception {
        int refused = 0;
        for (long seed = 0; seed < 200; seed++) {
            RandomGenerator random = Claims.random(seed);
            byte[] valid = SessionRecordCodec.encode(
                    seed % 2 == 0 ? SampleRecords.golden() : SampleRecords.random(random));
            for (int i = 0; i < 500; i++) {
                byte[] mutated = mutate(valid, random);
                if (!decodes(mutated, seed, i)) {
                    refused++;
                }
            }
        }

        assertThat(refused).isBetween(10_000, 99_999);
    }

    @Test
    void noiseIsRefused() throws Exception {
        RandomGenerator random = Claims.random(77);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[1 + random.nextInt(200)];
            random.nextBytes(noise);
            noise[0] = 1;
            assertThat(decodes(noise, 77, i)).isFalse();
        }
    }

    @Test
    void aLengthThatIsNotThereAllocatesNothing() {
        byte[] huge = {1, STATE, 0x7F, -1, -1, -1, 0};
        byte[] negative = {1, STATE, -1, -1, -1, -1, 0};
        byte[] longText = join(1, List.of(field(CLIENT_ID, new byte[] {-1, -1, 'a'})));

        assertThatThrownBy(() -> SessionRecordCodec.decode(huge))
                .hasMessageContaining("needs 2147483647 bytes where 1 are left");
        assertThatThrownBy(() -> SessionRecordCodec.decode(negative))
                .hasMessageContaining("length of -1");
        assertThatThrownBy(() -> SessionRecordCodec.decode(longText))
                .hasMessageContaining("needs 65537 bytes where 3 are left");
    }

    @Test
    void moreThanASessionMayHaveIsRefusedByReaderAndWriter() {
        List<Seen> seen = Collections.nCopies(1_025, new Seen("m", "lobby", 1));
        List<Membership> memberships = Collections.nCopies(10_241, new Membership("lobby", "e", 1));
        byte[] seenField = fields(
                        SessionRecordCodec.encode(with(List.of(), seen.subList(0, 1), new byte[0])))
                .get(9);
        byte[] membershipField = fields(SessionRecordCodec.encode(
                        with(memberships.subList(0, 1), List.of(), new byte[0])))
                .get(9);

        refusedByWriter(with(List.of(), seen, new byte[0]), "at most 1024");
        refusedByWriter(with(memberships, List.of(), new byte[0]), "at most 10240");
        refusedByWriter(with(List.of(), List.of(), new byte[65_537]), "at most 65536");
        refusedByReader(Collections.nCopies(1_025, seenField), "at most 1024");
        refusedByReader(Collections.nCopies(10_241, membershipField), "at most 10240");
        refusedByReader(List.of(field(STATE, new byte[65_537])), "at most 65536");
    }

    @Test
    void theWriterRefusesWhatTheReaderWould() {
        SessionRecord plain = SampleRecords.plain();
        refusedByWriter(numbers(plain, -1, 0, 0, -1), "number of a session record is -1");
        refusedByWriter(numbers(plain, 1L << 53, 0, 0, -1), "9007199254740991");
        refusedByWriter(numbers(plain, 0, Long.MAX_VALUE, 0, -1), "The ttl");
        refusedByWriter(numbers(plain, 0, 0, -1, -1), "The time left");
        refusedByWriter(numbers(plain, 0, 0, 0, -2), "expected -1 to");
        refusedByWriter(
                new SessionRecord(
                        "a".repeat(65_536),
                        0,
                        0,
                        "",
                        "",
                        false,
                        0,
                        0,
                        -1,
                        null,
                        null,
                        List.of(),
                        List.of(),
                        new byte[0]),
                "The client id of a session record has 65536 characters");
        refusedByWriter(
                new SessionRecord(
                        "a",
                        0,
                        0,
                        "",
                        "",
                        false,
                        0,
                        0,
                        -1,
                        new Token(new byte[31], 0),
                        null,
                        List.of(),
                        List.of(),
                        new byte[0]),
                "expected a SHA-256 of 32");
    }

    private static SessionRecord numbers(
            SessionRecord plain, long number, long ttl, long left, long presence) {
        return new SessionRecord(
                plain.clientId(),
                number,
                0,
                "",
                "",
                false,
                ttl,
                left,
                presence,
                null,
                null,
                List.of(),
                List.of(),
                new byte[0]);
    }

    private static SessionRecord with(List<Membership> memberships, List<Seen> seen, byte[] state) {
        return new SessionRecord(
                "a", 0, 0, "", "", false, 0, 0, -1, null, null, memberships, seen, state);
    }

    private static void refusedByWriter(SessionRecord record, String why) {
        assertThatThrownBy(() -> SessionRecordCodec.encode(record))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    private static void refusedByReader(List<byte[]> fields, String why) {
        assertThatThrownBy(() -> SessionRecordCodec.decode(join(1, fields)))
                .isInstanceOf(MalformedSessionRecordException.class)
                .hasMessageContaining(why);
    }

    /** Whether there is a record; what is neither that nor the typed exception fails the test. */
    private static boolean decodes(byte[] bytes, long seed, int i) {
        try {
            SessionRecord record = SessionRecordCodec.decode(bytes);
            byte[] again = SessionRecordCodec.encode(record);
            assertThat(SessionRecordCodec.encode(SessionRecordCodec.decode(again)))
                    .isEqualTo(again);
            return true;
        } catch (MalformedSessionRecordException refused) {
            assertThat(refused).hasMessageContaining("session record");
            return false;
        } catch (RuntimeException wrong) {
            throw new AssertionError(
                    "seed " + seed + ", step " + i + ": " + Arrays.toString(bytes), wrong);
        }
    }

    private static byte[] mutate(byte[] valid, RandomGenerator random) {
        byte[] bytes = valid.clone();
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes[at] = (byte) (random.nextBoolean() ? -1 : 0);
                case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                default -> {
                    // A piece of it once more, over what follows.
                    int length = random.nextInt(bytes.length - at);
                    System.arraycopy(
                            bytes, random.nextInt(bytes.length - length), bytes, at, length);
                }
            }
        }
        return bytes;
    }

    private static byte[] field(int tag, byte[] value) {
        return ByteBuffer.allocate(5 + value.length)
                .put((byte) tag)
                .putInt(value.length)
                .put(value)
                .array();
    }

    private static List<byte[]> fields(byte[] record) {
        List<byte[]> fields = new ArrayList<>();
        for (int at = 1; at < record.length; ) {
            int end = at + 5 + ByteBuffer.wrap(record).getInt(at + 1);
            fields.add(Arrays.copyOfRange(record, at, end));
            at = end;
        }
        return fields;
    }

    private static byte[] join(int version, List<byte[]> fields) {
        ByteBuffer all = ByteBuffer.allocate(
                1 + fields.stream().mapToInt(field -> field.length).sum());
        all.put((byte) version);
        fields.forEach(all::put);
        return all.array();
    }
}
