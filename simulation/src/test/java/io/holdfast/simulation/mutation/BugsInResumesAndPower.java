package io.holdfast.simulation.mutation;

import java.util.List;

/** Bugs to plant: in what a session keeps for its client, and in what a disk keeps for a store. */
final class BugsInResumesAndPower {
    private BugsInResumesAndPower() {}

    static final List<PlantedBug> ALL = List.of(
            new PlantedBug(
                    "a session belongs to no stream",
                    "protocol:protocol/session/Session.java",
                    "        memberships.put(stream, position);",
                    "        memberships.remove(stream);"),
            new PlantedBug(
                    "a session forgets the rooms that its client has joined",
                    "protocol:protocol/session/Session.java",
                    "        memberships.put(stream, position);",
                    "        memberships.compute(stream, (room, at) -> room.startsWith(\"r\")"
                            + " ? null : position);"),
            new PlantedBug(
                    "a restored session belongs to no stream",
                    "protocol:protocol/session/SessionRecords.java",
                    "session.joined(membership.stream(),"
                            + " new Position(membership.epoch(), membership.seq()));",
                    "session.left(membership.stream());"),
            new PlantedBug(
                    "who does not say where it was is told of no gap",
                    "protocol:protocol/stream/Recovery.java",
                    "return atHead(head, missed(lastKnown, head));",
                    "return atHead(head, null);"),
            new PlantedBug(
                    "a gap is not told again when the answer was lost (found by the simulator)",
                    "protocol:protocol/stream/LastKnown.java",
                    "return known == null ? new Position(epoch, begins) : known;",
                    "return new Position(epoch, begins);"),
            new PlantedBug(
                    "a client is taken to have one message more than it was handed",
                    "protocol:protocol/session/Session.java",
                    "            memberships.put(stream, upTo);",
                    "            memberships.put(stream,"
                            + " new Position(upTo.epoch(), upTo.seq() + 1));"),
            new PlantedBug(
                    "a commit is synced before it is written",
                    "store:store/log/Segments.java",
                    "        output.write(group.array(), 0, group.size());\n"
                            + "        if (sync) {\n            output.sync();\n        }",
                    "        if (sync) {\n            output.sync();\n        }\n"
                            + "        output.write(group.array(), 0, group.size());"),
            new PlantedBug(
                    "what a killed process has written is not synced by the next",
                    "store:store/log/Recovery.java",
                    "            disk.sync(name);",
                    "            disk.size(name);"),
            new PlantedBug(
                    "a snapshot's name is not synced",
                    "store:store/memory/Snapshots.java",
                    """
                                disk.rename(UNFINISHED, SNAPSHOT);
                                disk.syncDirectory();
                    """,
                    "            disk.rename(UNFINISHED, SNAPSHOT);\n"),
            new PlantedBug(
                    "a clock that goes back is taken for a sleep",
                    "protocol:protocol/time/SleepDetector.java",
                    "return slept > LIMIT_NANOS ? slept : 0;",
                    "return Math.abs(slept) > LIMIT_NANOS ? Math.abs(slept) : 0;"),
            new PlantedBug(
                    "an ack of nothing settles the oldest message",
                    "protocol:protocol/client/PendingMessages.java",
                    "Entry<P> entry = unacked.remove(id);\n        if (entry == null) {",
                    """
                    Entry<P> entry = unacked.remove(id);
                            if (entry == null && !unacked.isEmpty()) {
                                entry = unacked.remove(unacked.keySet().iterator().next());
                            }
                            if (entry == null) {"""));
}
