package io.holdfast.server.dialect.bot;

import io.holdfast.server.json.JsonText;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * What a bot offers in its {@code hello}, or what was agreed on.
 *
 * @param gzip payloads may be compressed
 * @param lengthPrefixed frames instead of lines, behind {@code hello} and {@code welcome}
 * @param resume sessions and positions; every {@code hello} means it
 */
record BotFeatures(boolean gzip, boolean lengthPrefixed, boolean resume) {
    static final BotFeatures NONE = new BotFeatures(false, false, false);
    /** Elements of the list: there are three features, the rest is room for later ones. */
    static final int MAX_OFFERED = 16;

    private static final String GZIP = "gzip";
    private static final String LENGTH_PREFIXED = "length-prefixed";
    private static final String RESUME = "resume";

    /** Reads a JSON array of strings; null when it is none. Used once a connection. */
    static @Nullable BotFeatures read(byte[] bytes, int from, int to) {
        // A factory of its own, as its texts are those of strangers; see PositionsReader.
        JsonFactory factory = JsonFactory.builder()
                .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                .build();
        try (JsonParser parser =
                factory.createParser(ObjectReadContext.empty(), bytes, from, to - from)) {
            return parser.nextToken() == JsonToken.START_ARRAY ? read(parser) : null;
        } catch (JacksonException malformed) {
            return null;
        }
    }

    private static @Nullable BotFeatures read(JsonParser parser) {
        boolean gzip = false;
        boolean lengthPrefixed = false;
        boolean resume = false;
        int offered = 0;
        JsonToken element;
        while ((element = parser.nextToken()) != JsonToken.END_ARRAY) {
            if (element != JsonToken.VALUE_STRING || ++offered > MAX_OFFERED) {
                return null;
            }
            switch (parser.getString()) {
                case GZIP -> gzip = true;
                case LENGTH_PREFIXED -> lengthPrefixed = true;
                case RESUME -> resume = true;
                default -> {
                    // One of a later version; it is not agreed on.
                }
            }
        }
        return new BotFeatures(gzip, lengthPrefixed, resume);
    }

    /** Of those offered, what the server does: a line has no place for the flag of compression. */
    BotFeatures agreed() {
        return new BotFeatures(gzip && lengthPrefixed, lengthPrefixed, resume);
    }

    /** Appends a JSON array of the names. */
    void write(JsonText out) {
        out.raw("[");
        boolean first = name(out, gzip, GZIP, true);
        first = name(out, lengthPrefixed, LENGTH_PREFIXED, first);
        name(out, resume, RESUME, first);
        out.raw("]");
    }

    /** Says whether the next name is the first. */
    private static boolean name(JsonText out, boolean present, String name, boolean first) {
        if (!present) {
            return first;
        }
        out.raw(first ? "\"" : ",\"").raw(name).raw("\"");
        return false;
    }
}
