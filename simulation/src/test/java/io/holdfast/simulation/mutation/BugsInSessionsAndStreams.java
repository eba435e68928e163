package io.holdfast.simulation.mutation;

import java.util.List;

/** Bugs to plant. */
final class BugsInSessionsAndStreams {
    private BugsInSessionsAndStreams() {}

    static final List<PlantedBug> ALL = List.of(
            new PlantedBug(
                    "a takeover keeps the generation",
                    "protocol:protocol/session/SessionTable.java",
                    "session.connect(++lastGeneration, claim.speaksResume());",
                    "session.connect(lastGeneration, claim.speaksResume());"),
            new PlantedBug(
                    "what was said on a connection given up long ago counts",
                    "protocol:protocol/session/SessionTable.java",
                    "if (wasConnected && accepted < existing.accepted()) {",
                    "if (wasConnected && accepted < 0) {"),
            new PlantedBug(
                    "a replaced session is not fenced",
                    "protocol:protocol/session/SessionTable.java",
                    "session.fence(++lastGeneration);",
                    "lastGeneration++;"),
            new PlantedBug(
                    "an older connection may write to and disconnect a session",
                    "protocol:protocol/session/SessionTable.java",
                    "session != null && session.generation() == generation ? session : null",
                    "session != null || generation < 0 ? session : null"),
            new PlantedBug(
                    "a session lives half its time",
                    "protocol:protocol/session/SessionTable.java",
                    "session.disconnect(now + session.ttlNanos());",
                    "session.disconnect(now + session.ttlNanos() / 2);"),
            new PlantedBug(
                    "one session too many",
                    "protocol:protocol/session/SessionTable.java",
                    "if (sessions.size() < maxSessions) {\n            return true;",
                    "if (sessions.size() <= maxSessions) {\n            return true;"),
            new PlantedBug(
                    "the token before the newest is worth nothing",
                    "protocol:protocol/session/SessionTokens.java",
                    "            previous = newest;",
                    "            previous = null;"),
            new PlantedBug(
                    "restored sessions forget their message ids",
                    "protocol:protocol/session/SessionRecords.java",
                    "session.dedup().remember(seen.id(), seen.stream(), seen.seq());",
                    "session.dedup();"),
            new PlantedBug(
                    "a session does not remember its rooms",
                    "protocol:protocol/session/Session.java",
                    "        memberships.put(stream, position);\n    }\n\n    void left",
                    "        if (stream.startsWith(\"@\")) {\n            memberships.put(stream, position);\n        }\n    }\n\n    void left"),
            new PlantedBug(
                    "restored sessions forget their rooms",
                    "protocol:protocol/session/SessionRecords.java",
                    "for (Membership membership : record.memberships()) {",
                    "for (Membership membership : record.memberships().subList(0, 0)) {"),
            new PlantedBug(
                    "generations begin anew after a restart",
                    "protocol:protocol/session/SessionTable.java",
                    "lastGeneration = Math.max(lastGeneration, record.generation());",
                    "lastGeneration = Math.max(lastGeneration, 0);"),
            new PlantedBug(
                    "message ids are never found again",
                    "protocol:protocol/session/DedupWindow.java",
                    "return seen == null ? null : seen.get(id);",
                    "return seen == null || id != null ? null : seen.get(id);"),
            new PlantedBug(
                    "ids to ended sessions are forgotten (found by the simulator)",
                    "protocol:protocol/session/SessionRecord.java",
                    "|| StreamName.isPersonal(one.stream())",
                    "|| (StreamName.isPersonal(one.stream()) && heads.isEmpty())"),
            new PlantedBug(
                    "a resume leaves out one message",
                    "protocol:protocol/stream/Recovery.java",
                    "Math.max(named.seq() + 1, firstKept)",
                    "Math.max(Math.min(named.seq() + 2, head + 1), firstKept)"),
            new PlantedBug(
                    "a resume repeats the last message",
                    "protocol:protocol/stream/Recovery.java",
                    "Math.max(named.seq() + 1, firstKept)",
                    "Math.max(Math.max(1, named.seq()), firstKept)"),
            new PlantedBug(
                    "a position of another epoch counts",
                    "protocol:protocol/stream/Recovery.java",
                    "if (!named.epoch().equals(epoch)) {",
                    "if (named.epoch().isEmpty()) {"),
            new PlantedBug(
                    "what a resume cannot give is not announced",
                    "protocol:protocol/stream/Recovery.java",
                    "return had < until ? Gap.between(had + 1, until) : null;",
                    "return had + 1 < until ? Gap.between(had + 1, until) : null;"),
            new PlantedBug(
                    "a position ahead of the head is recovered",
                    "protocol:protocol/stream/Recovery.java",
                    "return atHead(head, Gap.because(Gap.AHEAD));",
                    "return atHead(head, null);"),
            new PlantedBug(
                    "a history keeps one message too many",
                    "protocol:protocol/stream/History.java",
                    "long inCount = lastSeq + 1 - limits.messages();",
                    "long inCount = lastSeq - limits.messages();"),
            new PlantedBug(
                    "a history's bytes are not bounded",
                    "protocol:protocol/stream/History.java",
                    "                || moreBytes > limits.bytes() - bytes\n",
                    "                || moreBytes > 2 * limits.bytes() - bytes\n"),
            new PlantedBug(
                    "messages age twice as fast",
                    "protocol:protocol/stream/History.java",
                    "|| nowNanos - fact(0, TIME) >= limits.ageNanos();",
                    "|| nowNanos - fact(0, TIME) >= limits.ageNanos() / 2;"),
            new PlantedBug(
                    "a history says that it still has what it dropped",
                    "protocol:protocol/stream/History.java",
                    "            firstKept = Math.max(firstKept, fact(0, FIRST_SEQ));\n        }\n        dropped",
                    "            firstKept = Math.max(firstKept, fact(0, FIRST_SEQ) - 1);\n        }\n        dropped"),
            new PlantedBug(
                    "an outbox holds twice its limit",
                    "protocol:protocol/outbox/Outbox.java",
                    "if (size > limitBytes - bytes && !makeRoom(size, nowNanos)) {",
                    "if (size > 2 * limitBytes - bytes && !makeRoom(size, nowNanos)) {"),
            new PlantedBug(
                    "an outbox loses its oldest entry when it grows",
                    "protocol:protocol/outbox/Lane.java",
                    "        oldest = (oldest + 1) & (ring.length - 1);\n        size--;",
                    "        oldest = (oldest + 1) & (ring.length - 1);\n        size -= size > 2 ? 2 : 1;"),
            new PlantedBug(
                    "a rate limit forgets after half a minute",
                    "protocol:protocol/limit/SlidingWindow.java",
                    "while (count > 0 && nowNanos - times[oldest] >= windowNanos) {",
                    "while (count > 0 && nowNanos - times[oldest] >= windowNanos / 2) {"));
}
