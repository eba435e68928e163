package io.holdfast.conformance.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.JsonNode;

/**
 * A bot over a bare socket: lines, and length-prefixed frames once it has agreed on them. It can
 * say every wrong thing too, and end in every way that TCP knows.
 *
 * <p>What arrives is read by a thread of its own. Pings are answered unless {@link #keepPings} was
 * called, and counted by {@link Inbox#pings}. Sending is safe from any thread.
 */
public final class BotClient implements AutoCloseable {
    /** How the server ended the connection. */
    public enum End {
        /** In order: everything that it had sent before has arrived. */
        FIN,
        RESET
    }

    /** In a frame's flags: its payload is compressed. */
    public static final int GZIP = 1;

    private static final String LENGTH_PREFIXED = "length-prefixed";

    private final Socket socket;
    private final DataInputStream in;
    private final Inbox inbox;
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private final AtomicInteger compressed = new AtomicInteger();
    private final AtomicInteger longestWire = new AtomicInteger();
    private boolean framesOut;
    private boolean held;
    private int pings;
    private volatile boolean keepsPings;
    private volatile boolean deaf;

    private BotClient(Socket socket, InputStream in) {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(in));
        this.inbox = new Inbox("bot at " + socket.getLocalPort());
    }

    /** Connects, and says nothing. */
    public static BotClient connect(int port) {
        return connect(port, 0);
    }

    /** The receive buffer: small for a bot that does not read, 0 for the usual. */
    public static BotClient connect(int port, int receiveBufferBytes) {
        try {
            var socket = new Socket();
            if (receiveBufferBytes > 0) {
                socket.setReceiveBufferSize(receiveBufferBytes);
            }
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int)
                    Inbox.PATIENCE.toMillis());
            return over(socket);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Over a socket that is connected already: one of TLS, or to another address. */
    public static BotClient over(Socket socket) {
        try {
            socket.setTcpNoDelay(true);
            var client = new BotClient(socket, socket.getInputStream());
            Thread.ofVirtual().start(client::read);
            return client;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** One that has said hello and been welcomed. */
    public static BotClient arrive(int port, String clientKey, String... features) {
        var client = connect(port);
        client.hello(clientKey, features);
        return client;
    }

    private void read() {
        try {
            var framesIn = false;
            while (true) {
                awaitReading();
                var text = framesIn ? readFrame() : readLine();
                if (!deaf) {
                    framesIn |= arrived(text);
                }
            }
        } catch (EOFException finished) {
            ended(End.FIN, "FIN");
        } catch (IOException reset) {
            ended(End.RESET, reset.toString());
        } catch (AssertionError wrong) {
            // Tests wait for messages, and fail with this reason when none come any more.
            ended(End.RESET, wrong.toString());
        }
    }

    private void ended(End how, String reason) {
        end.complete(how);
        inbox.ended(Closed.WITHOUT_CLOSE_FRAME, reason);
    }

    private synchronized void awaitReading() {
        try {
            while (held) {
                wait();
            }
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    private String readLine() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b; (b = in.read()) != '\n'; ) {
            if (b < 0) {
                if (line.size() > 0) {
                    throw new AssertionError("the server ended within a line: " + line);
                }
                throw new EOFException();
            }
            line.write(b);
        }
        return text(line.toByteArray());
    }

    private String readFrame() throws IOException {
        var length = in.readInt();
        if (length < 1) {
            throw new AssertionError("the server sent a frame of length " + length);
        }
        var flags = in.readUnsignedByte();
        var payload = in.readNBytes(length - 1);
        if (payload.length < length - 1) {
            throw new AssertionError("the server ended within a frame");
        }
        longestWire.accumulateAndGet(payload.length, Math::max);
        return switch (flags) {
            case 0 -> text(payload);
            case GZIP -> {
                compressed.incrementAndGet();
                yield text(new GZIPInputStream(new ByteArrayInputStream(payload)).readAllBytes());
            }
            default -> throw new AssertionError("the server sent a frame with flags " + flags);
        };
    }

    /** Strict: what is not UTF-8 is the server's fault. */
    private static String text(byte[] bytes) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException malformed) {
            throw new AssertionError("the server sent what is not UTF-8", malformed);
        }
    }

    /** Says whether frames follow. */
    private boolean arrived(String text) {
        if (text.startsWith("{\"event\":\"ping\"") && !keepsPings) {
            inbox.pinged();
            try {
                send(text.replaceFirst("ping", "pong"));
            } catch (UncheckedIOException gone) {
                // The next read finds out.
            }
            return false;
        }
        inbox.arrived(text);
        return text.startsWith("{\"event\":\"welcome\"")
                && Json.parse(text)
                        .path("data")
                        .path("features")
                        .toString()
                        .contains("\"" + LENGTH_PREFIXED + "\"");
    }

    /** What it would say first. */
    public static String helloOf(String clientKey, String... features) {
        var offered = features.length == 0 ? "" : "\"" + String.join("\",\"", features) + "\"";
        return "{\"event\":\"hello\",\"data\":{\"client_key\":\"" + clientKey + "\",\"features\":["
                + offered + "]}}";
    }

    /** Says hello, and gives the data of the welcome; speaks as was agreed from then on. */
    public JsonNode hello(String clientKey, String... features) {
        return greet(helloOf(clientKey, features));
    }

    /** Says this hello, and gives the data of the welcome. */
    public JsonNode greet(String hello) {
        send(hello);
        if (hello.contains("\"" + LENGTH_PREFIXED + "\"")) {
            speakFrames();
        }
        return next("welcome").path("data");
    }

    /** Sends frames from now on. */
    public synchronized BotClient speakFrames() {
        framesOut = true;
        return this;
    }

    /** Sends one message, as a line or a frame. */
    public synchronized BotClient send(String json) {
        var bytes = json.getBytes(UTF_8);
        return sendBytes(framesOut ? frame(0, bytes) : lineOf(json));
    }

    /** Sends one message as a compressed frame. */
    public BotClient sendCompressed(String json) {
        return sendBytes(frame(GZIP, gzip(json.getBytes(UTF_8))));
    }

    public synchronized BotClient sendBytes(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Sends until the server has closed the connection; for bytes that it need not take. */
    public BotClient sendAsFarAsItGoes(byte[] bytes) {
        try {
            return sendBytes(bytes);
        } catch (UncheckedIOException closed) {
            return this;
        }
    }

    public static byte[] lineOf(String json) {
        return (json + "\n").getBytes(UTF_8);
    }

    /** A frame whose length counts its flags and its payload. */
    public static byte[] frame(int flags, byte[] payload) {
        return ByteBuffer.allocate(5 + payload.length)
                .putInt(1 + payload.length)
                .put((byte) flags)
                .put(payload)
                .array();
    }

    public static byte[] gzip(byte[] bytes) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    public Inbox inbox() {
        return inbox;
    }

    public JsonNode next() {
        return inbox.next();
    }

    public static String event(JsonNode message) {
        return message.path("event").asString("");
    }

    /** The next of this event; others before it are dropped. */
    public JsonNode next(String event) {
        return upTo(message -> event(message).equals(event)).getLast();
    }

    /** Everything up to the first that fits, which is the last of the list. */
    public List<JsonNode> upTo(Predicate<JsonNode> fits) {
        return inbox.upTo(fits);
    }

    /** Sends, and gives the next answer of this event; what comes before it is dropped. */
    public JsonNode ask(String json, String answerEvent) {
        send(json);
        return next(answerEvent);
    }

    /** Everything that arrives before the answer to a ping, without that answer. */
    public List<JsonNode> everythingUntilPong() {
        var id = "until-" + ++pings;
        send("{\"event\":\"ping\",\"data\":{\"id\":\"" + id + "\"}}");
        var seen = upTo(message -> event(message).equals("pong")
                && message.path("data").path("id").asString("").equals(id));
        return seen.subList(0, seen.size() - 1);
    }

    /** Compressed frames received so far. */
    public int compressedFrames() {
        return compressed.get();
    }

    /** Bytes of the longest payload as it came over the wire in a frame. */
    public int longestWirePayload() {
        return longestWire.get();
    }

    /** Pings are given to the inbox from now on, and not answered. */
    public BotClient keepPings() {
        keepsPings = true;
        return this;
    }

    /** Reads at most one message more until {@link #readOn}. */
    public synchronized void stopReading() {
        held = true;
    }

    public synchronized void readOn() {
        held = false;
        notifyAll();
    }

    /** Ignores all that arrives and answers nothing; the socket stays open. */
    public void goSilent() {
        deaf = true;
    }

    /** Ends its half of the connection and goes on reading. */
    public BotClient finishWriting() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Ends the connection with a reset instead of a farewell. */
    public void cut() {
        deaf = true;
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public boolean hasEnded() {
        return end.isDone();
    }

    public End awaitEnd() {
        return awaitEnd(Inbox.PATIENCE);
    }

    public End awaitEnd(Duration patience) {
        try {
            return end.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException stillOpen) {
            throw new AssertionError("expected the server to end, and it has not", stillOpen);
        } catch (InterruptedException | ExecutionException broken) {
            throw new AssertionError(broken);
        }
    }

    /** The code of the next error, behind which the server ends the connection. */
    public String awaitFinalError() {
        var code = next("error").path("data").path("code").asString();
        awaitEnd();
        return code;
    }

    /** Drops the connection; harmless when it has ended already. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
