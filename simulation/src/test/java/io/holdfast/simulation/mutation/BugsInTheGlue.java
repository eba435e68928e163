package io.holdfast.simulation.mutation;

import java.util.List;

/**
 * Bugs to plant in the simulator's own glue, where a bug of a machine cannot trip a checker, or
 * another checker sees it first: they only prove that each checker can fail.
 */
final class BugsInTheGlue {
    private static final String SERVER = "simulation:simulation/server/";

    private BugsInTheGlue() {}

    static final List<PlantedBug> ALL = List.of(
            new PlantedBug(
                    "a message is given out with another text",
                    SERVER + "Streams.java",
                    "Line.of(\"msg\", stream.name, seq, id == null ? \"-\" : id, "
                            + "sender.clientId(), payload);",
                    "Line.of(\"msg\", stream.name, seq, id == null ? \"-\" : id, "
                            + "sender.clientId(), payload + \"x\");"),
            new PlantedBug(
                    "a message is given out before it is committed",
                    SERVER + "Streams.java",
                    "        stream.uncommitted.add(draft);\n",
                    "        stream.uncommitted.add(draft);\n        deliver(stream.name, stream.epoch, draft.chunk(nowMillis()));\n"),
            new PlantedBug(
                    "a number is left out",
                    SERVER + "Streams.java",
                    "        stream.open = null;\n        stream.uncommitted",
                    "        stream.open = null;\n        stream.numbered++;\n        stream.uncommitted"),
            new PlantedBug(
                    "a message is given out under another stream's name",
                    SERVER + "Streams.java",
                    "Line.of(\"msg\", stream.name, seq,",
                    "Line.of(\"msg\", stream.name + \"x\", seq,"),
            new PlantedBug(
                    "a room is joined without a word",
                    SERVER + "Requests.java",
                    "        if (subscriptions.contains(place)) {\n            connection.send(",
                    "        if (subscriptions.contains(place) && place.stream.isEmpty()) {\n            connection.send("),
            new PlantedBug(
                    "a connection that was reset is never given up",
                    SERVER + "Reception.java",
                    "if (connections.remove(connection.id) != null) {",
                    "if (!broken && connections.remove(connection.id) != null) {"),
            new PlantedBug(
                    "newcomers of a drain are closed without being told",
                    SERVER + "ServerConnection.java",
                    "        send(Priority.HIGH, Line.of(\"shutdown\", reconnectAfterSeconds));\n",
                    ""),
            new PlantedBug(
                    "a connection writes though nothing is taken",
                    SERVER + "Outgoing.java",
                    "        if (socket().hasRoom() && (outbox == null || "
                            + "!outbox.has(priority))) {\n            return true;",
                    "        if (outbox == null || !outbox.has(priority)) {\n            return true;"),
            new PlantedBug(
                    "an ack names the place behind its message's",
                    SERVER + "Streams.java",
                    "accepted(entry.sender(), entry.id(), stream.name, seq++);",
                    "accepted(entry.sender(), entry.id(), stream.name, ++seq);"),
            new PlantedBug(
                    "the last message waits for the next one",
                    SERVER + "LocalStream.java",
                    "place.replayed < place.replay.size() || place.next < end();",
                    "place.replayed < place.replay.size() || place.next + 1 < end();"),
            new PlantedBug(
                    "house is kept a hundred thousand times a second",
                    SERVER + "SimServer.java",
                    "HOUSEKEEPING_NANOS = 1_000_000_000L;",
                    "HOUSEKEEPING_NANOS = 10_000L;"),
            new PlantedBug(
                    "a stream that is found begins a new epoch",
                    SERVER + "Streams.java",
                    "new HomeStream(image.name(), image.epoch(), sessionNumber);",
                    "new HomeStream(image.name(), Epoch.random(random), sessionNumber);"));
}
