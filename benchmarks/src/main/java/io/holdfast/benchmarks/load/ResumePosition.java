package io.holdfast.benchmarks.load;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client that was here before shows in its hello: the token of its session, and how far it
 * has read.
 *
 * @param streams a JSON object as the welcome has it, where hello has its {@code positions}
 * @param seq in the lobby, which is one of them
 */
public record ResumePosition(String token, String streams, long seq) {
    /** Asks the server to wait for a hello. */
    static final String ASK = "?resume=1";

    private static final byte[] FIRST_HELLO = Frames.text("{\"type\":\"hello\"}");
    private static final Pattern TOKEN = Pattern.compile("\"session_token\":\"([^\"]+)\"");
    /** The last member of a welcome. */
    private static final Pattern STREAMS = Pattern.compile(",\"streams\":(\\{.*\\})\\}");

    private static final Pattern LOBBY =
            Pattern.compile("\"lobby\":\\{\"epoch\":\"[^\"]+\",\"seq\":(\\d+)\\}");

    static byte[] firstHello() {
        return FIRST_HELLO.clone();
    }

    static boolean isWelcome(String payload) {
        return payload.startsWith("{\"type\":\"welcome\"");
    }

    static ResumePosition ofWelcome(String welcome) {
        String streams = found(STREAMS, welcome).group(1);
        long seq = Long.parseLong(found(LOBBY, streams).group(1));
        return new ResumePosition(found(TOKEN, welcome).group(1), streams, seq);
    }

    /** The same places, with the token that a resume returned. */
    ResumePosition renewed(String acknowledgement) {
        return new ResumePosition(found(TOKEN, acknowledgement).group(1), streams, seq);
    }

    byte[] hello() {
        return Frames.text("{\"type\":\"hello\",\"session_token\":\"" + token + "\",\"positions\":"
                + streams + "}");
    }

    private static Matcher found(Pattern pattern, String payload) {
        Matcher matcher = pattern.matcher(payload);
        if (!matcher.find()) {
            throw new IllegalStateException(
                    "The server's answer to hello has nothing like " + pattern + ": " + payload);
        }
        return matcher;
    }
}
