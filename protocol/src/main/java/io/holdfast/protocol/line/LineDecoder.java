package io.holdfast.protocol.line;

import io.holdfast.protocol.websocket.Utf8Validator;

/**
 * Lines of UTF-8, each ended by {@code \n} or {@code \r\n}. A {@code \r} anywhere else belongs to
 * its line. An empty line is a message too: what it means is not for framing to say.
 *
 * <p>A line that lies whole in the input is passed on as a range of it; only partial ones are
 * copied. The bytes of a line are judged as they arrive, so a binary blob without any {@code \n} is
 * found at its first byte that cannot be text.
 */
public final class LineDecoder implements LineProtocolDecoder {
    private enum Stage {
        READING,
        STOPPED,
        FAILED
    }

    private final int maxMessageBytes;
    private final PartialMessage partial = new PartialMessage();
    private Stage stage = Stage.READING;
    /** State of {@link Utf8Validator} after the bytes of the line so far. */
    private int utf8 = Utf8Validator.ACCEPT;

    /** @param maxMessageBytes of one line without its end; 1 to {@link LineLimits#GREATEST} */
    public LineDecoder(int maxMessageBytes) {
        this.maxMessageBytes = LineLimits.checked(maxMessageBytes);
    }

    @Override
    public int decode(byte[] bytes, int from, int to, LineSink sink) {
        int at = from;
        while (at < to && stage == Stage.READING) {
            int end = indexOfNewline(bytes, at, to);
            if (end < 0) {
                keep(bytes, at, to, sink);
                at = to;
            } else {
                endLine(bytes, at, end, sink);
                at = end + 1;
            }
        }
        return stage == Stage.FAILED ? to : at;
    }

    @Override
    public void stop() {
        end(Stage.STOPPED);
    }

    @Override
    public boolean idle() {
        return partial.length() == 0;
    }

    @Override
    public int bufferedBytes() {
        return partial.capacity();
    }

    private void endLine(byte[] bytes, int from, int newline, LineSink sink) {
        if (!acceptPiece(bytes, from, newline, sink)) {
            return;
        }
        byte[] line = bytes;
        int start = from;
        int end = newline;
        if (partial.length() > 0) {
            partial.append(bytes, from, newline, maxMessageBytes + 1);
            line = partial.bytes();
            start = 0;
            end = partial.length();
        }
        if (end > start && line[end - 1] == '\r') {
            end--;
        }
        if (utf8 != Utf8Validator.ACCEPT) {
            failNotUtf8(sink);
        } else {
            partial.clear(); // before the call: the sink may throw, stop, or ask whether it is idle
            sink.text(line, start, end);
        }
    }

    private void keep(byte[] bytes, int from, int to, LineSink sink) {
        if (acceptPiece(bytes, from, to, sink)) {
            partial.append(bytes, from, to, maxMessageBytes + 1);
        }
    }

    /**
     * Judges a piece of a line without its {@code \n}. One byte over the limit passes if it is
     * {@code \r}, which may yet turn out to belong to the line's end.
     */
    private boolean acceptPiece(byte[] bytes, int from, int to, LineSink sink) {
        int room = maxMessageBytes - partial.length();
        int judged = from + Math.max(0, Math.min(room, to - from));
        utf8 = Utf8Validator.advance(utf8, bytes, from, judged);
        if (utf8 == Utf8Validator.REJECT) {
            failNotUtf8(sink);
            return false;
        }
        int over = (to - from) - room;
        if (over > 1 || (over == 1 && to > from && bytes[to - 1] != '\r')) {
            failTooLong(sink);
            return false;
        }
        return true;
    }

    private void failTooLong(LineSink sink) {
        end(Stage.FAILED);
        sink.violation(LineFault.TOO_LONG, LineLimits.tooLong(maxMessageBytes));
    }

    private void failNotUtf8(LineSink sink) {
        end(Stage.FAILED);
        sink.violation(LineFault.INVALID_UTF8, LineLimits.NOT_UTF8);
    }

    private void end(Stage last) {
        stage = last;
        partial.clear();
    }

    private static int indexOfNewline(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }
}
