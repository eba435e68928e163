package io.holdfast.server.dialect;

import io.holdfast.protocol.stream.Position;
import io.holdfast.server.connection.Hello;
import io.holdfast.server.json.JsonObjectReader;

import java.util.Map;

/**
 * The fields with which a client resumes, in whichever message its dialect has them.
 *
 * @param token index of {@code session_token} in the reader
 * @param positions of {@code positions}
 * @param presence of {@code presence}
 */
public record HelloFields(int token, int positions, int presence) {
    /** Characters of a session token that is worth looking at. */
    public static final int MAX_TOKEN = 256;

    /** What they say, or what is wrong with them. */
    public sealed interface Result {
        record Valid(Hello hello) implements Result {}

        record Invalid(String reason) implements Result {}
    }

    /** Takes them from the object that the reader has read. */
    public Result read(JsonObjectReader json, byte[] bytes) {
        String shown = json.string(token);
        if (!json.isNull(token) && (shown == null || shown.length() > MAX_TOKEN)) {
            return new Result.Invalid("\"session_token\" must be the string that the server gave");
        }
        Map<String, Position> named = json.isNull(positions)
                ? Map.of()
                : PositionsReader.read(bytes, json.start(positions), json.end(positions));
        if (named == null) {
            return new Result.Invalid("\"positions\" must be an object with an \"epoch\" and a"
                    + " \"seq\" for each stream");
        }
        boolean wantsPresence = Boolean.TRUE.equals(json.bool(presence));
        return new Result.Valid(new Hello(shown, named, wantsPresence));
    }
}
