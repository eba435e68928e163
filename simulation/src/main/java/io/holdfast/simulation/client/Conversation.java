package io.holdfast.simulation.client;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.client.Arrival;
import io.holdfast.protocol.client.StreamAnswer;
import io.holdfast.protocol.reconnect.Ending;
import io.holdfast.protocol.reconnect.ServerAdvice;
import io.holdfast.protocol.stream.Position;
import io.holdfast.simulation.wire.Line;
import io.holdfast.simulation.wire.StreamStart;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the server says, handed to the machines of a client. */
final class Conversation {
    private final SimClient client;

    Conversation(SimClient client) {
        this.client = client;
    }

    void take(Line line) {
        switch (line.type()) {
            case "welcome" -> welcome(line);
            case "msg" -> message(line);
            case "gap" -> {
                client.checker().gap(line.word(1), line.number(2), line.number(3));
                client.state()
                        .positions()
                        .gap(
                                line.word(1),
                                line.number(2),
                                line.number(3),
                                client.checker()::gapHeard);
                client.world()
                        .trace()
                        .note(
                                client.clientId(),
                                "gap",
                                line.word(1),
                                line.number(2),
                                line.number(3));
            }
            case "ack" -> client.messages().acked(line);
            case "joined" -> {
                Position position = new Position(line.word(3), line.number(4));
                client.checker().joined(line.word(1), position);
                client.state().positions().joined(line.word(1), position);
                client.clientRooms().joined(line.word(1), line.word(2));
            }
            case "left" -> {
                client.checker().left(line.word(1));
                client.state().positions().left(line.word(1));
                client.clientRooms().left(line.word(1), line.word(2));
            }
            case "error" -> error(line);
            case "token" -> {
                client.state().token(line.word(1));
                client.checker().tokenGiven(line.word(1));
                client.world().servers().tokenGiven(client.clientId(), line.word(1));
            }
            case "ping" -> client.write(Line.of("pong", line.number(1)));
            case "pong" -> {}
            case "shutdown" -> {
                ServerAdvice advice = ServerAdvice.after(Duration.ofSeconds(line.number(1)));
                client.world().trace().note(client.clientId(), "is told", line.number(1));
                client.checker().toldToGo();
                client.lifecycle().advised(advice, client.now(), client);
                client.advised(advice.after());
                client.messages().pending().held();
            }
            case "close" -> {
                client.checker().closed((int) line.number(1));
                client.lastWord(new Ending.Closed((int) line.number(1), ""));
                // As a close frame is answered: everything before it was read.
                client.write(Line.of("bye"));
            }
            default -> throw new IllegalStateException("the server said " + line);
        }
    }

    private void error(Line line) {
        String code = line.word(1);
        String id = line.word(2);
        if (client.clientRooms().refused(id)) {
            return;
        }
        Duration after = Duration.ofSeconds(line.number(3));
        if (!client.messages().pending().refused(id, code, after, client.messages())
                && code.startsWith("too_many")) {
            client.lastWord(new Ending.Closed(CloseCode.TRY_AGAIN_LATER.code(), ""));
        }
    }

    private void welcome(Line line) {
        boolean returning = Boolean.parseBoolean(line.word(1));
        boolean restored = Boolean.parseBoolean(line.word(2));
        Map<String, StreamStart> streams = StreamStart.read(line.word(4));
        client.world()
                .trace()
                .note(client.clientId(), "welcome", returning, restored, line.word(4));
        client.welcomed();
        client.world().servers().tokenGiven(client.clientId(), line.word(3));
        client.checker().welcomed(returning, restored, streams);
        client.checker().tokenGiven(line.word(3));
        if (returning) {
            Map<String, StreamAnswer> answers = new LinkedHashMap<>();
            streams.forEach((name, start) -> answers.put(name, start.answer()));
            client.state().resumed(line.word(3), answers, client.checker()::gapHeard);
        } else {
            Map<String, Position> positions = new LinkedHashMap<>();
            streams.forEach((name, start) -> positions.put(name, start.position()));
            client.state().welcomed(line.word(3), positions);
        }
        client.checker().sameAs(client.state().positions().asMap());
        client.clientRooms().welcomed(streams.keySet());
        client.messages().pending().connected(restored, client.messages());
    }

    private void message(Line line) {
        String stream = line.word(1);
        long seq = line.number(2);
        client.world().trace().note(client.clientId(), "gets", stream, seq);
        client.checker().delivered(stream, seq, line.word(5));
        Arrival arrival =
                client.state().positions().arrived(stream, seq, client.checker()::gapHeard);
        if (arrival != Arrival.NEW) {
            throw new IllegalStateException(
                    client.clientId() + " takes " + seq + " of " + stream + " for " + arrival);
        }
    }
}
