package io.holdfast.client;

import io.holdfast.protocol.reconnect.Ending;
import io.holdfast.protocol.websocket.FrameLimits;
import io.holdfast.protocol.websocket.OpeningHandshake;
import io.holdfast.transport.ClientConnector;
import io.holdfast.transport.ClientLoop;
import io.holdfast.transport.ClientTarget;
import io.holdfast.transport.ConnectFailure;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Real sockets, on the loop that all clients share. */
final class NettyNetwork implements Network {
    /** Frames of one message from a server; as many as ours takes. */
    private static final int MAX_FRAGMENTS = FrameLimits.DEFAULT_MAX_FRAGMENTS;

    private final ClientLoop loop = SharedLoop.take();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final SSLContext tls;
    private final int maxMessageBytes;

    NettyNetwork(SSLContext tls, int maxMessageBytes) {
        this.tls = tls;
        this.maxMessageBytes = maxMessageBytes;
    }

    @Override
    public long nowNanos() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public void execute(Runnable task) {
        loop.context().execute(task);
    }

    @Override
    public Runnable after(long nanos, Runnable task) {
        return loop.after(nanos, task);
    }

    @Override
    public Link connect(
            Duration timeout,
            Endpoint endpoint,
            boolean offerResume,
            Map<String, String> headers,
            LinkListener listener) {
        NettyLink link = new NettyLink(loop, listener);
        // Posted, so that the driver has the link before it hears of it.
        loop.context().execute(() -> {
            if (!link.isCut()) {
                startOrEnd(timeout, endpoint, offerResume, headers, link);
            }
        });
        return link;
    }

    /** What goes wrong here is told: the loop would only log it, and the driver wait in vain. */
    private void startOrEnd(
            Duration timeout,
            Endpoint endpoint,
            boolean offerResume,
            Map<String, String> headers,
            NettyLink link) {
        try {
            link.connecting(start(timeout, endpoint, offerResume, headers, link));
        } catch (RuntimeException failed) {
            String detail = "the connection could not be begun: " + failed.getMessage();
            link.end(new Ending.ProtocolFault(detail), detail);
        }
    }

    private ClientConnector start(
            Duration timeout,
            Endpoint endpoint,
            boolean offerResume,
            Map<String, String> headers,
            NettyLink link) {
        SSLContext context = endpoint.scheme().secure ? tls : null;
        if (endpoint.scheme().isTcp()) {
            ClientTarget.Tcp target =
                    new ClientTarget.Tcp(endpoint.host(), endpoint.port(), context);
            return ClientConnector.connect(
                    loop, target, timeout, maxMessageBytes, link, failed(link));
        }
        ClientTarget.WebSocket target = new ClientTarget.WebSocket(
                endpoint.host(),
                endpoint.port(),
                context,
                endpoint.pathAndQuery(),
                headers,
                offerResume ? List.of(OpeningHandshake.SUBPROTOCOL) : List.of(),
                true);
        FrameLimits limits = new FrameLimits(maxMessageBytes, MAX_FRAGMENTS);
        return ClientConnector.connect(loop, target, timeout, limits, link, failed(link));
    }

    private static Consumer<ConnectFailure> failed(NettyLink link) {
        return failure -> link.end(ending(failure), failure.message());
    }

    private static Ending ending(ConnectFailure failure) {
        String detail = failure.message();
        return switch (failure.kind()) {
            case REFUSED -> new Ending.Refused(detail);
            case UNREACHABLE -> new Ending.Unreachable(detail);
            case TIMEOUT -> new Ending.TimedOut(detail);
            case TLS -> new Ending.Tls(detail);
            case UNAUTHORISED, HANDSHAKE ->
                new Ending.Handshake(
                        failure.status(), retryAfter(failure.retryAfter(), Instant.now()));
        };
    }

    /** RFC 9110 section 10.2.3: seconds, or a date; null for anything else. */
    static @Nullable Duration retryAfter(@Nullable String value, Instant now) {
        if (value == null) {
            return null;
        }
        if (value.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        try {
            Instant then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration wait = Duration.between(now, then);
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeException malformed) {
            return null;
        }
    }

    @Override
    public Runnable get(Duration timeout, Endpoint endpoint, Answered answered) {
        ClientTarget.Http target = new ClientTarget.Http(
                endpoint.host(),
                endpoint.port(),
                endpoint.scheme().secure ? tls : null,
                endpoint.pathAndQuery());
        AtomicReference<@Nullable ClientConnector> asking = new AtomicReference<>();
        AtomicBoolean over = new AtomicBoolean();
        loop.context().execute(() -> {
            if (!over.get()) {
                asking.set(ClientConnector.get(
                        loop,
                        target,
                        timeout,
                        answer -> answered.with(answer.status(), answer.body()),
                        failure -> answered.with(0, "")));
            }
        });
        return () -> {
            over.set(true);
            ClientConnector connector = asking.get();
            if (connector != null) {
                connector.cancel();
            }
        };
    }

    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            SharedLoop.giveBack();
        }
    }
}
