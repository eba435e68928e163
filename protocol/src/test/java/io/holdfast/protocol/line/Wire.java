package io.holdfast.protocol.line;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Bytes as a client might send them, and decoders run over them in pieces. */
final class Wire {

    static final int LIMIT = 1_000;

    private static final GzipInflater INFLATER = new GzipInflater();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] gzip(byte[] payload) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(payload);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static LengthPrefixedDecoder frames(int limit) {
        return new LengthPrefixedDecoder(limit, INFLATER);
    }

    /** Decodes the input in pieces that end at the given places. */
    static List<String> run(LineProtocolDecoder decoder, byte[] input, int... places) {
        RecordedLines sink = new RecordedLines();
        int from = 0;
        for (int place : places) {
            feed(decoder, input, from, place, sink);
            from = place;
        }
        feed(decoder, input, from, input.length, sink);
        return sink.events;
    }

    /** Decodes a copy of a range, at another offset than the original's. */
    static void feed(LineProtocolDecoder decoder, byte[] input, int from, int to, LineSink sink) {
        byte[] piece = new byte[to - from + 3];
        System.arraycopy(input, from, piece, 1, to - from);
        int end = decoder.decode(piece, 1, 1 + to - from, sink);
        if (end != 1 + to - from) {
            throw new AssertionError("a piece was not consumed: " + end);
        }
    }

    static byte[] randomText(Random random, int codePoints) {
        return utf8(random.ints(codePoints, 0, 0x11_0000)
                .map(codePoint -> codePoint >> random.nextInt(16))
                .filter(point -> point != '\n' && (point < 0xD800 || point > 0xDFFF))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString());
    }

    Wire line(String text) {
        return bytes(utf8(text)).raw('\n');
    }

    Wire frame(byte[] payload) {
        return header(payload.length + 1, 0).bytes(payload);
    }

    Wire gzipFrame(byte[] payload) {
        byte[] compressed = gzip(payload);
        return header(compressed.length + 1, 1).bytes(compressed);
    }

    Wire header(int length, int flags) {
        return raw(length >>> 24, length >>> 16, length >>> 8, length, flags);
    }

    Wire bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** Bytes as they are. */
    Wire raw(int... values) {
        for (int value : values) {
            out.write(value);
        }
        return this;
    }

    byte[] done() {
        return out.toByteArray();
    }
}
