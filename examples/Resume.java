import java.net.http.HttpClient;
import java.net.http.WebSocket;

// A conversation that survives the server: stop it, start it again, and no message is lost.
//
//     java examples/Resume.java alice [ws://localhost:8000]
//
// Sends each line typed to the lobby; "/join kitchen" joins a room. What is typed while there is no
// server is sent when there is one again. End of input (Ctrl-D) says goodbye. The rules that are
// kept here stand in docs/PROTOCOL.md, "How to resume, step by step".

/** Messages that are kept until they are acked, and for how long. */
final int maxUnacked = 512;

final long maxUnackedNanos = TimeUnit.SECONDS.toNanos(30);
/** After these another try would end in the same way. */
final Set<Integer> finalCodes = Set.of(1000, 1002, 1003, 1007, 1008, 1009, 4500, 4501);

record Position(String epoch, long seq) {}

record Outgoing(String id, String text, long sinceNanos) {}

/** Everything below belongs to this thread. */
final ScheduledExecutorService client = Executors.newSingleThreadScheduledExecutor();

final HttpClient http = HttpClient.newHttpClient();
final Map<String, Position> positions = new LinkedHashMap<>();
final Map<String, Outgoing> unacked = new LinkedHashMap<>();
/** Of those, the ones that the server may have: they were sent on a connection. */
final Set<String> sent = new HashSet<>();
final String idPrefix = Long.toString(System.currentTimeMillis(), 36) + "-";

URI address;
String token;
WebSocket socket;
CompletableFuture<?> writing = CompletableFuture.completedFuture(null);
boolean welcomed;
boolean leaving;
boolean closing;
long nextId;
int failures;
long reconnectAfterMillis;

void main(String[] args) {
    if (args.length < 1 || args.length > 2) {
        IO.println("usage: java examples/Resume.java CLIENT_ID [ws://HOST:PORT]");
        System.exit(2);
    }
    String server = args.length == 2 ? args[1] : "ws://localhost:8000";
    address = URI.create(server + "/ws/" + args[0] + "?resume=1");
    client.execute(this::connect);
    for (String line = IO.readln(); line != null; line = IO.readln()) {
        String typed = line;
        client.execute(() -> type(typed));
    }
    client.execute(this::leave);
}

void type(String line) {
    if (line.startsWith("/join ")) {
        say("{\"type\":\"join\",\"room\":" + quoted(line.substring(6).strip()));
    } else if (!line.isEmpty()) {
        say("{\"type\":\"message\",\"data\":" + quoted(line));
    }
}

/** Keeps a request until it is acked, and sends it if that is possible now. */
void say(String request) {
    if (unacked.size() == maxUnacked) {
        IO.println("not sent: " + maxUnacked + " messages wait for their acks");
        return;
    }
    String id = idPrefix + nextId++;
    unacked.put(id, new Outgoing(id, request + ",\"id\":\"" + id + "\"}", System.nanoTime()));
    if (welcomed) {
        send(unacked.get(id));
    }
}

void send(Outgoing message) {
    sent.add(message.id());
    write(message.text());
}

/** One after the other: the JDK's client takes no message while another is being written. */
void write(String text) {
    WebSocket to = socket;
    writing = writing.handle((done, failed) -> to.sendText(text, true)).thenCompose(next -> next);
}

void leave() {
    leaving = true;
    leaveWhenAcked();
}

void leaveWhenAcked() {
    if (leaving && unacked.isEmpty()) {
        if (socket == null) {
            System.exit(0);
        }
        close();
    }
}

void close() {
    if (!closing) {
        closing = true;
        WebSocket to = socket;
        writing.handle((done, failed) -> to.sendClose(WebSocket.NORMAL_CLOSURE, ""));
    }
}

void connect() {
    http.newWebSocketBuilder()
            .connectTimeout(Duration.ofSeconds(10))
            .buildAsync(address, new Screen())
            .whenCompleteAsync((opened, failure) -> {
                if (failure != null) {
                    reconnect("no server: " + failure.getMessage());
                }
            }, client);
}

void opened(WebSocket newSocket) {
    socket = newSocket;
    closing = false;
    writing = CompletableFuture.completedFuture(null);
    StringBuilder hello = new StringBuilder("{\"type\":\"hello\"");
    if (token != null) {
        hello.append(",\"session_token\":").append(quoted(token)).append(",\"positions\":{");
        positions.forEach((stream, at) -> hello.append(quoted(stream))
                .append(":{\"epoch\":" + quoted(at.epoch()) + ",\"seq\":" + at.seq() + "},"));
        hello.setLength(hello.length() - 1);
        hello.append("}");
    }
    write(hello.append("}").toString());
}

void received(String text) {
    if (!(new Json(text).value() instanceof Map<?, ?> message)) {
        return;
    }
    switch (String.valueOf(message.get("type"))) {
        case "welcome", "reconnection_ack" -> welcomed(message);
        case "ack" -> acked(message);
        case "error" -> refused(message);
        case "gap" -> {
            IO.println("MISSED: " + text);
            move((String) message.get("stream"), (Long) message.get("to"));
        }
        case "session_token" -> token = (String) message.get("session_token");
        case "shutdown_warning", "shutting_down" -> {
            IO.println("the server is leaving: back in " + message.get("reconnect_after") + " s");
            reconnectAfterMillis = (Long) message.get("reconnect_after") * 1000;
            close();
        }
        default -> {
            if (message.get("seq") instanceof Long seq) {
                move((String) message.get("stream"), seq);
            }
            IO.println(text);
        }
    }
}

void move(String stream, long seq) {
    positions.computeIfPresent(stream, (name, at) -> new Position(at.epoch(), seq));
}

void welcomed(Map<?, ?> answer) {
    token = (String) answer.get("session_token");
    boolean restored = Boolean.TRUE.equals(answer.get("session_restored"));
    IO.println(restored ? "back in the same session" : "a new session");
    Map<?, ?> streams = (Map<?, ?>) answer.get("streams");
    streams.forEach((name, value) -> {
        Map<?, ?> stream = (Map<?, ?>) value;
        if (stream.get("gap") != null) {
            IO.println("MISSED in " + name + ": " + stream.get("gap"));
        }
        // What was recovered comes next, and moves the position on to the head.
        long seq = stream.get("head") instanceof Long head
                ? head - (Long) stream.get("recovered")
                : (Long) stream.get("seq");
        positions.put((String) name, new Position((String) stream.get("epoch"), seq));
    });
    failures = 0;
    if (!restored) {
        forgetSent();
        for (String room : List.copyOf(positions.keySet())) {
            if (!streams.containsKey(room)) {
                say("{\"type\":\"join\",\"room\":" + quoted(room));
            }
        }
    }
    forgetOld();
    welcomed = true;
    List.copyOf(unacked.values()).forEach(this::send);
}

/** A new session knows no ids: what may be published already must not be sent again. */
void forgetSent() {
    for (String id : List.copyOf(sent)) {
        IO.println("OUTCOME UNKNOWN: " + unacked.remove(id));
    }
    sent.clear();
}

void forgetOld() {
    for (Outgoing message : List.copyOf(unacked.values())) {
        if (System.nanoTime() - message.sinceNanos() > maxUnackedNanos) {
            unacked.remove(message.id());
            IO.println((sent.remove(message.id()) ? "OUTCOME UNKNOWN: " : "NOT SENT: ") + message);
        }
    }
    leaveWhenAcked();
}

void acked(Map<?, ?> ack) {
    Object id = ack.get("id");
    unacked.remove(id);
    sent.remove(id);
    if (ack.get("epoch") instanceof String epoch) {
        joined((String) ack.get("stream"), new Position(epoch, (Long) ack.get("seq")));
    }
    leaveWhenAcked();
}

void joined(String room, Position head) {
    Position before = positions.put(room, head);
    if (before != null && !before.equals(head)) {
        IO.println("MISSED in " + room + ": from " + before + " to " + head);
    }
}

void refused(Map<?, ?> error) {
    IO.println("refused: " + error);
    Outgoing message = unacked.get(error.get("id"));
    if (message == null) {
        return;
    }
    sent.remove(message.id()); // A refused id is not remembered: it may be sent again.
    if (error.get("retry_after") instanceof Long seconds) {
        client.schedule(() -> {
            if (welcomed && unacked.containsKey(message.id())) {
                send(message);
            }
        }, seconds, TimeUnit.SECONDS);
    } else {
        unacked.remove(message.id());
        leaveWhenAcked();
    }
}

void closed(WebSocket which, int code, String reason) {
    if (which != socket) {
        return;
    }
    socket = null;
    welcomed = false;
    boolean told = reconnectAfterMillis > 0;
    if (leaving && unacked.isEmpty() || finalCodes.contains(code) && !told) {
        IO.println("closed: " + code + " " + reason);
        System.exit(0);
    }
    reconnect("closed: " + code + " " + reason);
}

void reconnect(String why) {
    forgetOld();
    long backoff = Math.min(30_000, 500L << Math.min(failures++, 6));
    long delay = reconnectAfterMillis > 0
            ? reconnectAfterMillis
            : backoff / 2 + new Random().nextLong(backoff / 2);
    reconnectAfterMillis = 0;
    IO.println(why + "; next try in " + delay + " ms");
    client.schedule(this::connect, delay, TimeUnit.MILLISECONDS);
}

/** Called by the HTTP client, one call at a time; hands everything to the client's thread. */
class Screen implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public void onOpen(WebSocket newSocket) {
        client.execute(() -> opened(newSocket));
        newSocket.request(1);
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        message.append(part);
        if (last) {
            String whole = message.toString();
            message.setLength(0);
            client.execute(() -> received(whole));
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        client.execute(() -> closed(from, code, reason));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        client.execute(() -> closed(from, 1006, String.valueOf(error)));
    }
}

String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
        switch (c) {
            case '"', '\\' -> out.append('\\').append(c);
            default -> out.append(c < ' ' ? "\\u%04x".formatted((int) c) : String.valueOf(c));
        }
    }
    return out.append('"').toString();
}

/** Reads JSON from a peer that is trusted to send JSON; whole numbers are Long. */
class Json {
    private final String text;
    private int at;

    Json(String text) {
        this.text = text;
    }

    Object value() {
        switch (next()) {
            case '{' -> {
                Map<String, Object> object = new LinkedHashMap<>();
                at++;
                while (next() != '}') {
                    String name = string();
                    next(); // The colon.
                    at++;
                    object.put(name, value());
                    comma();
                }
                at++;
                return object;
            }
            case '[' -> {
                List<Object> list = new ArrayList<>();
                at++;
                while (next() != ']') {
                    list.add(value());
                    comma();
                }
                at++;
                return list;
            }
            case '"' -> {
                return string();
            }
            default -> {
                int from = at;
                while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
                    at++;
                }
                String word = text.substring(from, at);
                return switch (word) {
                    case "true" -> true;
                    case "false" -> false;
                    case "null" -> null;
                    default -> word.matches("-?\\d{1,18}") ? Long.valueOf(word) : (Object) word;
                };
            }
        }
    }

    private char next() {
        while (Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return text.charAt(at);
    }

    private void comma() {
        if (next() == ',') {
            at++;
        }
    }

    private String string() {
        next();
        StringBuilder out = new StringBuilder();
        for (at++; text.charAt(at) != '"'; at++) {
            char c = text.charAt(at);
            if (c == '\\') {
                c = text.charAt(++at);
                int simple = "bfnrt".indexOf(c);
                if (c == 'u') {
                    c = (char) Integer.parseInt(text.substring(at + 1, at + 5), 16);
                    at += 4;
                } else if (simple >= 0) {
                    c = "\b\f\n\r\t".charAt(simple);
                }
            }
            out.append(c);
        }
        at++;
        return out.toString();
    }
}
