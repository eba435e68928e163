package io.holdfast.conformance.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.stream.Position;
import io.holdfast.server.dialect.PositionsReader;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The positions of a client that resumes are those in Jackson's tree of the same text. */
public final class PositionsFuzz {
    private static final int MAX_EPOCH = 64;

    private PositionsFuzz() {}

    /** Given valid UTF-8 only; so what is none becomes another text first. */
    public static void fuzzerTestOneInput(byte[] input) {
        byte[] bytes = ("x" + new String(input, UTF_8) + "}").getBytes(UTF_8);
        int to = bytes.length - 1;
        Map<String, Position> read = PositionsReader.read(bytes, 1, to);
        if (read != null) {
            read.values().forEach(PositionsFuzz::checkPosition);
        }
        if (!JsonTrees.hasNamesTwice(bytes, 1, to)) {
            Map<String, Position> expected = expected(JsonTrees.first(bytes, 1, to));
            Invariant.holds(
                    expected == null ? read == null : expected.equals(read),
                    "the positions are those of the tree",
                    () -> read);
        }
    }

    private static void checkPosition(Position position) {
        int length = position.epoch().length();
        Invariant.holds(length > 0 && length <= MAX_EPOCH, "an epoch has 1 to 64 characters");
        Invariant.holds(Position.isSeq(position.seq()), "a seq is one");
    }

    private static @Nullable Map<String, Position> expected(@Nullable JsonNode tree) {
        if (tree == null || !tree.isObject()) {
            return null;
        }
        Map<String, Position> positions = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> stream : tree.properties()) {
            JsonNode epoch = stream.getValue().get("epoch");
            JsonNode seq = stream.getValue().get("seq");
            boolean valid = epoch != null
                    && epoch.isString()
                    && !epoch.stringValue().isEmpty()
                    && epoch.stringValue().length() <= MAX_EPOCH
                    && seq != null
                    && seq.isIntegralNumber()
                    && seq.canConvertToLong()
                    && seq.longValue() >= 0
                    && seq.longValue() <= Limits.MAX_SEQ;
            if (!valid || epoch == null || seq == null) {
                return null;
            }
            positions.put(stream.getKey(), new Position(epoch.stringValue(), seq.longValue()));
        }
        return positions;
    }
}
