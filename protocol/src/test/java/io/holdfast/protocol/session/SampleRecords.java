package io.holdfast.protocol.session;

import io.holdfast.protocol.session.SessionRecord.Membership;
import io.holdfast.protocol.session.SessionRecord.Seen;
import io.holdfast.protocol.session.SessionRecord.Token;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Records for the tests of their binary form. */
final class SampleRecords {
    private SampleRecords() {}

    /** Every field says something of its own. The golden file holds this one: never change it. */
    static SessionRecord golden() {
        return new SessionRecord(
                "pipeline-7",
                4_503_599_627_370_497L,
                42,
                "café ☕",
                "rooms",
                true,
                120_000,
                61_234,
                9_876,
                new Token(bytes(32, 1), 3_599_999),
                new Token(bytes(32, 101), 719_999),
                List.of(
                        new Membership("lobby", "k3fk3fk3fk3f", 41),
                        new Membership("@pipeline-7", "0a0a0a0a0a0a", 0),
                        new Membership("attic", "zzzzzzzzzzzz", SessionRecordCodec.MAX_NUMBER)),
                List.of(
                        new Seen("m-1", "lobby", 40),
                        new Seen("lone \ud800 surrogate", "@other", 1),
                        new Seen("", "lobby", 41)),
                new byte[] {0, 1, -1, 127, -128});
    }

    /** The least that a record can say. */
    static SessionRecord plain() {
        return new SessionRecord(
                "a", 0, 0, "", "", false, 0, 0, -1, null, null, List.of(), List.of(), new byte[0]);
    }

    static SessionRecord random(RandomGenerator random) {
        return new SessionRecord(
                text(random),
                random.nextLong(1L << 53),
                random.nextLong(1L << 53),
                text(random),
                text(random),
                random.nextBoolean(),
                random.nextLong(SessionRecordCodec.MAX_MILLIS + 1),
                random.nextLong(SessionRecordCodec.MAX_MILLIS + 1),
                random.nextLong(-1, 60_000),
                random.nextBoolean() ? null : token(random),
                random.nextBoolean() ? null : token(random),
                IntStream.range(0, random.nextInt(6))
                        .mapToObj(i ->
                                new Membership(text(random), text(random), random.nextLong(99)))
                        .toList(),
                IntStream.range(0, random.nextInt(6))
                        .mapToObj(i -> new Seen(text(random), text(random), random.nextLong(99)))
                        .toList(),
                bytes(random.nextInt(40), random.nextInt(256)));
    }

    private static Token token(RandomGenerator random) {
        return new Token(bytes(32, random.nextInt(256)), random.nextLong(1L << 40));
    }

    /** Any characters, lone surrogates and zeros among them. */
    private static String text(RandomGenerator random) {
        char[] characters = new char[random.nextInt(20)];
        for (int i = 0; i < characters.length; i++) {
            characters[i] = (char) random.nextInt(random.nextBoolean() ? 128 : 65_536);
        }
        return new String(characters);
    }

    private static byte[] bytes(int length, int first) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (first + i);
        }
        return bytes;
    }
}
