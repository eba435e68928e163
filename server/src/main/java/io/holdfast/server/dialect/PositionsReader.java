package io.holdfast.server.dialect;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.stream.Position;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads {@code positions} of a client that resumes: an object with one {@code {"epoch":"…","seq":n}}
 * for each stream. Used once a connection, so it need not be fast. Thread-safe.
 */
public final class PositionsReader {
    /** Streams that a client may name: the most rooms it can be in, and its own. */
    public static final int MAX_POSITIONS = 10_001;
    /** Characters of an epoch; ours have 12. */
    private static final int MAX_EPOCH = 64;

    private PositionsReader() {}

    /** The positions, in order; null when they are not what they should be. */
    public static @Nullable Map<String, Position> read(byte[] bytes, int from, int to) {
        // A factory of its own: a shared one would remember the names of everybody's streams.
        JsonFactory factory = JsonFactory.builder()
                .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                .build();
        try (JsonParser parser =
                factory.createParser(ObjectReadContext.empty(), bytes, from, to - from)) {
            return parser.nextToken() == JsonToken.START_OBJECT ? positions(parser) : null;
        } catch (JacksonException | IllegalArgumentException malformed) {
            return null;
        }
    }

    private static @Nullable Map<String, Position> positions(JsonParser parser) {
        Map<String, Position> positions = new LinkedHashMap<>();
        String stream;
        while ((stream = parser.nextName()) != null) {
            if (parser.nextToken() != JsonToken.START_OBJECT || positions.size() == MAX_POSITIONS) {
                return null;
            }
            Position position = position(parser);
            if (position == null) {
                return null;
            }
            positions.put(stream, position);
        }
        return positions;
    }

    private static @Nullable Position position(JsonParser parser) {
        String epoch = null;
        long seq = -1;
        String field;
        while ((field = parser.nextName()) != null) {
            JsonToken value = parser.nextToken();
            if (field.equals("epoch") && value == JsonToken.VALUE_STRING) {
                epoch = parser.getString();
            } else if (field.equals("seq") && value == JsonToken.VALUE_NUMBER_INT) {
                seq = parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? -1
                        : parser.getLongValue();
            } else {
                parser.skipChildren();
            }
        }
        boolean valid = epoch != null
                && !epoch.isEmpty()
                && epoch.length() <= MAX_EPOCH
                && seq >= 0
                && seq <= Limits.MAX_SEQ;
        return valid && epoch != null ? new Position(epoch, seq) : null;
    }
}
