package io.holdfast.cli.talk;

import io.holdfast.client.Ack;
import io.holdfast.client.HoldfastClient;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a message goes; at most one of these, by default the room that everybody is in. */
public final class Target {
    @Option(names = "--room", paramLabel = "ROOM", description = "to everybody in this room")
    private @Nullable String room;

    @Option(names = "--to", paramLabel = "ID", description = "to one client alone")
    private @Nullable String to;

    @Option(
            names = "--event",
            paramLabel = "NAME",
            description = "deepstream: publish it as an event of this name")
    private @Nullable String event;

    /** @throws IllegalArgumentException in one sentence when the dialect has no such target */
    public void require(Address.Dialect dialect) {
        boolean pipelines = dialect == Address.Dialect.DEEPSTREAM;
        if (pipelines != (event != null)) {
            throw new IllegalArgumentException(
                    pipelines
                            ? "The dialect deepstream has events only; name one with --event."
                            : "Only the dialect deepstream has events; use --room or --to.");
        }
    }

    /** @throws IllegalArgumentException when it is not JSON, or too long */
    CompletableFuture<Ack> send(HoldfastClient client, String json) {
        if (event != null) {
            return client.event(event, json);
        }
        return to != null ? client.direct(to, json) : client.send(room, json);
    }
}
