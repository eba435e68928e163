import java.net.http.HttpClient;
import java.net.http.WebSocket;

// A conversation from a terminal, in the rooms dialect:
//
//     java examples/Chat.java alice [ws://localhost:8000]
//
// Prints whatever the server sends and sends each line typed. End of input (Ctrl-D) says goodbye.

void main(String[] args) throws InterruptedException {
    if (args.length < 1 || args.length > 2) {
        IO.println("usage: java examples/Chat.java CLIENT_ID [ws://HOST:PORT]");
        System.exit(2);
    }
    String server = args.length == 2 ? args[1] : "ws://localhost:8000";
    var screen = new Screen();
    WebSocket socket;
    try {
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(server + "/ws/" + args[0]), screen)
                .join();
    } catch (CompletionException e) {
        IO.println("cannot connect to " + server + ": is the server running? " + e.getCause());
        System.exit(1);
        return;
    }
    // A daemon, because reading the terminal cannot be interrupted when the server closes first.
    Thread.ofPlatform().daemon().start(() -> sendLines(socket));
    screen.closed.await();
    System.exit(0);
}

void sendLines(WebSocket socket) {
    try {
        for (String line = IO.readln(); line != null; line = IO.readln()) {
            if (!line.isEmpty()) {
                socket.sendText(line, true).join();
            }
        }
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    } catch (CompletionException closedAlready) {
        // The screen says why.
    }
}

/** Called by the HTTP client, one call at a time. */
class Screen implements WebSocket.Listener {
    final CountDownLatch closed = new CountDownLatch(1);
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
        message.append(part);
        if (last) {
            IO.println(message);
            message.setLength(0);
        }
        socket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        IO.println("closed: " + code + " " + reason);
        closed.countDown();
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        IO.println("the connection broke: " + error);
        closed.countDown();
    }
}
