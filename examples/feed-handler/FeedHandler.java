import io.holdfast.client.Event;
import io.holdfast.client.HoldfastClient;

// Follows a feed for as long as it lives: subscribe, wait for the ack, listen, parse.
//
//     java --enable-native-access=ALL-UNNAMED --class-path "$(./holdfast class-path)" \
//         examples/feed-handler/FeedHandler.java [ws://localhost:8000 [measurements]]
//
// Feed it: ./holdfast send localhost:8000 --room measurements --format json \
//              '{"sensor":"boiler","celsius":71.5}'
// Stop the server and start it again: what was sent in between is not missed. The connection is the
// library's, what a measurement means is in Temperatures.java, and this file is only between them.

void main(String[] args) throws Exception {
    String server = args.length > 0 ? args[0] : "ws://localhost:8000";
    String room = args.length > 1 ? args[1] : "measurements";
    var temperatures = new Temperatures();
    // resume(): over a restart the session goes on, and every message comes once.
    try (var client = HoldfastClient.feed().url(server).resume().open()) {
        client.connected().join(); // However long that takes: the server may come later.
        client.join(room).join(); // Subscribed when the ack is there; on reconnects by itself.
        IO.println("listening to " + room);
        listen(client, room, temperatures);
    }
}

/** On a thread of its own choosing: taking long here delays no ping. */
void listen(HoldfastClient client, String room, Temperatures temperatures)
        throws InterruptedException {
    while (true) {
        switch (client.receive()) {
            case Event.Message message when room.equals(message.room()) ->
                handle(message, temperatures);
            // Somebody has to know that a sum over all messages is wrong from here on.
            case Event.Gap gap -> IO.println("gap in " + gap.stream() + ": " + gap.reason());
            case Event.Disconnected gone ->
                IO.println("disconnected, back in " + gone.retryIn().toMillis() + " ms");
            case Event.Resumed resumed -> IO.println("resumed, missed: " + resumed.recovered());
            case Event.Closed closed -> {
                IO.println("closed: " + closed.cause());
                return;
            }
            default -> {}
        }
    }
}

/** One bad message is one line in the log; the feed goes on. */
void handle(Event.Message message, Temperatures temperatures) {
    try {
        IO.println(temperatures.add(Measurement.parse(message.data())));
    } catch (IllegalArgumentException malformed) {
        IO.println("message " + message.seq() + " is passed over: " + malformed.getMessage());
    }
}
