package io.holdfast.server.connection;

import io.holdfast.protocol.stream.Position;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The first message of a client that asked for resume.
 *
 * @param token its session token, or null
 * @param positions where it says it is, by stream; the names are as it wrote them
 * @param presence whether it wants to know who is in its rooms
 */
public record Hello(@Nullable String token, Map<String, Position> positions, boolean presence) {

    public static final Hello EMPTY = new Hello(null, Map.of(), false);

    /** Without the token, which is as good as the session. */
    @Override
    public String toString() {
        return "Hello[token=" + (token == null ? "none" : "(hidden)") + ", positions=" + positions
                + "]";
    }

    /** Whether it has been here before, as it says. */
    public boolean returns() {
        return token != null || !positions.isEmpty();
    }
}
