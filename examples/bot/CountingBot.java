import io.holdfast.client.ClientException;
import io.holdfast.client.Event;
import io.holdfast.client.HoldfastClient;

// A bot that counts for everybody in its room, over TCP:
//
//     java --enable-native-access=ALL-UNNAMED --class-path "$(./holdfast class-path)" \
//         examples/bot/CountingBot.java [tcp://localhost:9000 [counting-bot]]
//
// Talk to it: ./holdfast connect localhost:8000 --room bot, and type: !count
// It answers who asked; "!help" too. Stop the server and start it again: the bot comes back, asks
// that were made meanwhile are answered, and none is counted twice.

void main(String[] args) throws Exception {
    String server = args.length > 0 ? args[0] : "tcp://localhost:9000";
    String name = args.length > 1 ? args[1] : "counting-bot";
    var counter = new Counter();
    try (var client = HoldfastClient.bot().url(server).clientId(name).resume().open()) {
        while (true) {
            switch (client.receive()) {
                case Event.Connected ignored -> IO.println(name + " is connected to " + server);
                case Event.Disconnected gone ->
                    IO.println("disconnected: " + gone.error().getMessage());
                case Event.Message message when !name.equals(message.from()) ->
                    answer(client, message, counter);
                case Event.Closed closed -> {
                    IO.println("closed: " + closed.cause());
                    return;
                }
                default -> {}
            }
        }
    }
}

/** Goes to the one who asked, also when that one is away and comes back later. */
void answer(HoldfastClient client, Event.Message message, Counter counter) {
    String asked = message.text().orElse("");
    String reply = counter.reply(message.from(), asked);
    if (message.from() == null || reply == null) {
        return;
    }
    // Not waited for: acks come while the next message is read. The library keeps at most 1,536.
    client.direct(message.from(), "\"" + reply + "\"").whenComplete((ack, failed) -> {
        if (failed instanceof ClientException why) {
            IO.println("not answered: " + why.getMessage());
        }
    });
}

/** What the bot can do; no network in here. */
static final class Counter {
    private long count;

    /** Null for what is not meant for us. The reply has no character that JSON escapes. */
    String reply(String who, String asked) {
        return switch (asked.strip()) {
            case "!count" -> "you are number " + ++count + ", " + who;
            case "!help" -> "say !count and you get a number";
            default -> null;
        };
    }
}
