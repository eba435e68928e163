package io.holdfast.simulation.mutation;

import java.util.List;

/** Bugs to plant. */
final class BugsInDrainsClientsAndTheLog {
    private BugsInDrainsClientsAndTheLog() {}

    static final List<PlantedBug> ALL = List.of(
            new PlantedBug(
                    "the last are closed without being told",
                    "protocol:protocol/drain/Drain.java",
                    "while (group.untold() > 0) {\n            out.accept(course.tellNext(group, 0, nowNanos));\n        }",
                    "while (group.untold() > group.size()) {\n            out.accept(course.tellNext(group, 0, nowNanos));\n        }"),
            new PlantedBug(
                    "clients get twice the shutdown timeout",
                    "protocol:protocol/drain/DrainCourse.java",
                    "return Math.min(lastToldAtNanos + group.settings.timeout().toNanos(), "
                            + "deadlineNanos);",
                    "return Math.min(\n                lastToldAtNanos + 2 * "
                            + "group.settings.timeout().toNanos() + 15_000_000_000L, deadlineNanos);"),
            new PlantedBug(
                    "a client that goes twice is counted twice",
                    "protocol:protocol/drain/Fleet.java",
                    "return place == null || place.group.isGone(place.index) ? null : place;",
                    "return place == null || place.index < 0 ? null : place;"),
            new PlantedBug(
                    "who was told is not marked as told",
                    "protocol:protocol/drain/DialectGroup.java",
                    "        marks[nextToTell] |= SENT;\n        untold--;",
                    "        untold--;"),
            new PlantedBug(
                    "all are told to come back at the same time",
                    "protocol:protocol/drain/ArrivalSlots.java",
                    "        leavingTogether[seconds]++;\n",
                    ""),
            new PlantedBug(
                    "a rate limit lets one message more through",
                    "protocol:protocol/limit/SlidingWindow.java",
                    "        if (count == max) {\n            return false;",
                    "        if (count > max) {\n            return false;"),
            new PlantedBug(
                    "twice as many are told in a second",
                    "protocol:protocol/drain/Pace.java",
                    "return ratePerSecond * seconds + ratePerSecond * rest / SECOND_NANOS;",
                    "return 2 * (ratePerSecond * seconds + ratePerSecond * rest / SECOND_NANOS);"),
            new PlantedBug(
                    "newcomers of a drain are sent straight back",
                    "protocol:protocol/drain/ArrivalSlots.java",
                    "int seconds = Math.max(baseSeconds, firstFreeForNewcomer(baseSeconds, nowNanos));",
                    "int seconds = 0;"),
            new PlantedBug(
                    "a client forgets the server's advice",
                    "protocol:protocol/client/ClientLifecycle.java",
                    "            advice = advice.followedBy(told);\n",
                    "            advice = ServerAdvice.NONE;\n"),
            new PlantedBug(
                    "unacked messages are sent again to a new session",
                    "protocol:protocol/client/PendingMessages.java",
                    "        if (!sessionRestored) {",
                    "        if (!sessionRestored && unacked.isEmpty()) {"),
            new PlantedBug(
                    "a message is settled by every ack of it",
                    "protocol:protocol/client/PendingMessages.java",
                    "Entry<P> entry = unacked.remove(id);",
                    "Entry<P> entry = unacked.get(id);"),
            new PlantedBug(
                    "new messages overtake those that wait",
                    "protocol:protocol/client/PendingMessages.java",
                    "boolean sendNow = writable && waiting.isEmpty() && mayBeSent(id);",
                    "boolean sendNow = (writable || waiting.size() == 1) && mayBeSent(id);"),
            new PlantedBug(
                    "a position does not move with its message",
                    "protocol:protocol/client/Positions.java",
                    "        positions.put(stream, new Position(had.epoch(), seq));\n        return Arrival.NEW;",
                    "        return Arrival.NEW;"),
            new PlantedBug(
                    "a client keeps its old token",
                    "protocol:protocol/client/ResumeState.java",
                    "        token = freshToken;\n        return positions.resumed",
                    "        token = token == null ? freshToken : token;\n        return positions.resumed"),
            new PlantedBug(
                    "a backoff grows beyond its cap",
                    "protocol:protocol/reconnect/Backoff.java",
                    "        return Math.min(delayNanos, capNanos);",
                    "        return retries > 3 ? 3 * capNanos : delayNanos;"),
            new PlantedBug(
                    "slow consumers take 4101 for good",
                    "protocol:protocol/reconnect/Reconnect.java",
                    "private static final int FIRST_PERMANENT_CODE = 4500;",
                    "private static final int FIRST_PERMANENT_CODE = 4100;"),
            new PlantedBug(
                    "a server that goes away ends its clients",
                    "protocol:protocol/reconnect/Reconnect.java",
                    "case 1000 -> StopCause.FINISHED;",
                    "case 1000, 1001 -> StopCause.FINISHED;"),
            new PlantedBug(
                    "half a line is lost between two reads",
                    "protocol:protocol/line/LineDecoder.java",
                    "            partial.append(bytes, from, to, maxMessageBytes + 1);\n        }\n    }",
                    "            partial.append(bytes, from, Math.max(from, to - 1), "
                            + "maxMessageBytes + 1);\n        }\n    }"),
            new PlantedBug(
                    "a place is not given back",
                    "protocol:protocol/admission/ConnectionAdmission.java",
                    "            slot.state = State.ENDED;\n            admitted--;",
                    "            slot.state = State.ENDED;\n            admitted -= admitted > 1 ? 0 : 1;"),
            new PlantedBug(
                    "one connection too many",
                    "protocol:protocol/admission/ConnectionAdmission.java",
                    "        if (admitted >= settings.maxConnections()) {\n            return provisional",
                    "        if (admitted > settings.maxConnections()) {\n            return provisional"),
            new PlantedBug(
                    "commits are not synced",
                    "store:store/log/Log.java",
                    "writeGroup(settings.fsync() || failed != null);",
                    "writeGroup(failed != null);"),
            new PlantedBug(
                    "a failed group is not cut off",
                    "store:store/log/Segments.java",
                    "            output.truncate(activeEnd);\n            output.sync();\n        } catch",
                    "            output.sync();\n        } catch"),
            new PlantedBug(
                    "a new segment's name is not synced",
                    "store:store/log/Segments.java",
                    "            output.sync();\n            disk.syncDirectory();\n            directorySynced = true;\n        } catch",
                    "            output.sync();\n        } catch"),
            new PlantedBug(
                    "a torn end is taken for damage",
                    "store:store/log/Recovery.java",
                    "if (newest && bytes.readWhole() && !hasGroupAfter(bytes, offset, torn)) {",
                    "if (newest && torn < 0 && !hasGroupAfter(bytes, offset, torn)) {"),
            new PlantedBug(
                    "what has failed is still counted as there",
                    "store:store/log/Log.java",
                    "        index.forget();\n        boolean cut",
                    "        index.commit(segments.activeSegment());\n        boolean cut"),
            new PlantedBug(
                    "message ids are not stored with their messages",
                    "store:store/log/Staging.java",
                    "group.batch(batch, ordinals(batch));",
                    "group.batch(batch, null);"),
            new PlantedBug(
                    "a stop drops the sessions",
                    "store:store/log/Log.java",
                    "if (session != null && !kept.contains(clientId)) {",
                    "if (session != null && kept.contains(clientId)) {"),
            new PlantedBug(
                    "the ids of a session's earlier messages are dropped at a start",
                    "store:store/log/RecoveredSession.java",
                    "            if (one.ordinal() > recordOrdinal) {\n                seen.remove",
                    "            if (one.ordinal() > recordOrdinal + 1) {\n                seen.remove"));
}
