package io.holdfast.simulation.mutation;

import java.util.List;

/** Bugs to plant: in what is counted, kept and said. */
final class BugsInAccounts {
    private BugsInAccounts() {}

    static final List<PlantedBug> ALL = List.of(
            new PlantedBug(
                    "an outbox gives what matters least first",
                    "protocol:protocol/outbox/Outbox.java",
                    "        for (int rank = 0; rank <= atLeast.rank; rank++) {\n            Lane<E> lane = lanes[rank];\n            if (lane == null) {\n                continue;",
                    "        for (int rank = atLeast.rank; rank >= 0; rank--) {\n            Lane<E> lane = lanes[rank];\n            if (lane == null) {\n                continue;"),
            new PlantedBug(
                    "who could not be told counts as told",
                    "protocol:protocol/drain/Drain.java",
                    "                // Stays unwritten, which is what the verdict counts; "
                            + "nobody waits for it.",
                    "                course.fleet.written(undelivered.id());"),
            new PlantedBug(
                    "who was told is told again when a drain is hurried",
                    "protocol:protocol/drain/Drain.java",
                    "        course.cutShort |= course.fleet.remaining() > 0;\n",
                    "        course.cutShort |= course.fleet.remaining() > 0;\n        for (DialectGroup group : course.fleet.groups) {\n            for (int i = 0; i < group.size(); i++) {\n                if (group.wasSent(i) && !group.isGone(i)) {\n                    out.accept(new DrainOutput.Tell(group.id(i), 60, "
                            + "0));\n                }\n            }\n        }\n"),
            new PlantedBug(
                    "only the last 64 message ids are remembered",
                    "protocol:protocol/session/DedupWindow.java",
                    "if (seen.size() > CAPACITY) {",
                    "if (seen.size() > 64) {"),
            new PlantedBug(
                    "a repeat is acked with the place behind its own",
                    "protocol:protocol/session/DedupWindow.java",
                    "seen.put(id, new Seen(id, stream, seq));",
                    "seen.put(id, new Seen(id, stream, seq + 1));"),
            new PlantedBug(
                    "a client has more than 512 messages on their way",
                    "protocol:protocol/client/PendingMessages.java",
                    "return id == null || unacked.size() < settings.maxUnacked();",
                    "return id == null || unacked.size() < 5_000;"),
            new PlantedBug(
                    "a close is sent twice",
                    "protocol:protocol/connection/ConnectionLifecycle.java",
                    "            startClosing(code.code(), reason, nowNanos);\n            out.sendClose(code.code(), reason);",
                    "            startClosing(code.code(), reason, nowNanos);\n            out.sendClose(code.code(), reason);\n            out.sendClose(code.code(), reason);"),
            new PlantedBug(
                    "a ping that was not answered is told as 1006",
                    "protocol:protocol/CloseCode.java",
                    "PING_TIMEOUT(4100,",
                    "PING_TIMEOUT(1006,"),
            new PlantedBug(
                    "a client is connected before it was welcomed",
                    "protocol:protocol/client/ClientLifecycle.java",
                    "            become(new Greeting(connection, deadline));",
                    "            heartbeat.begin(deadline);\n            state = new Connected(connection, deadline);"),
            new PlantedBug(
                    "a client that resumes forgets its rooms",
                    "protocol:protocol/client/Positions.java",
                    "        streams.forEach((name, answer) -> resumed(name, answer, out));\n        return dropped;",
                    "        streams.forEach((name, answer) -> {\n            if (!name.startsWith(\"r\")) resumed(name, answer, out);\n        });\n        return dropped;"),
            new PlantedBug(
                    "newcomers of a drain all come back in one second",
                    "protocol:protocol/drain/ArrivalSlots.java",
                    "while (seconds < last && !hasRoomForNewcomer(",
                    "while (seconds > last && !hasRoomForNewcomer("),
            new PlantedBug(
                    "a new network cuts a wait short that the server asked for",
                    "protocol:protocol/client/ClientLifecycle.java",
                    "            when !waiting.told() -> {",
                    "            when !waiting.told() || waiting.told() -> {"));
}
