package io.holdfast.benchmarks.load;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a {@code reconnection_ack} that a load holds against what it knows.
 *
 * @param head of the lobby
 * @param recovered messages of the lobby that follow
 */
record ResumeAnswer(boolean restored, long head, int recovered, boolean gap) {
    private static final Pattern LOBBY = Pattern.compile(
            "\"lobby\":\\{\"epoch\":\"[^\"]+\",\"head\":(\\d+),\"recovered\":(\\d+)");

    static boolean isOne(String payload) {
        return payload.startsWith("{\"type\":\"reconnection_ack\"");
    }

    static ResumeAnswer of(String payload) {
        Matcher lobby = LOBBY.matcher(payload);
        if (!lobby.find()) {
            throw new IllegalStateException(
                    "A reconnection_ack says nothing of the lobby: " + payload);
        }
        return new ResumeAnswer(
                payload.contains("\"session_restored\":true"),
                Long.parseLong(lobby.group(1)),
                Integer.parseInt(lobby.group(2)),
                payload.contains("\"gap\":"));
    }

    /** Whether the session is the old one and all that was missed follows. */
    boolean isComplete(int missed) {
        return restored && recovered == missed && !gap;
    }
}
