package io.holdfast.client;

import io.holdfast.client.Endpoint.Scheme;
import io.holdfast.client.dialect.BotDialect;
import io.holdfast.client.dialect.DeepstreamDialect;
import io.holdfast.client.dialect.RawDialect;
import io.holdfast.client.dialect.RoomsDialect;
import io.holdfast.client.dialect.WireDialect;
import io.holdfast.client.json.JsonObject;
import io.holdfast.protocol.Limits;
import io.holdfast.protocol.breaker.BreakerSettings;
import io.holdfast.protocol.client.ClientSettings;
import io.holdfast.protocol.client.PendingSettings;
import io.holdfast.protocol.reconnect.Backoff;
import io.holdfast.protocol.reconnect.Jitter;
import io.holdfast.protocol.reconnect.Preset;
import io.holdfast.protocol.reconnect.ReconnectPolicy;
import io.holdfast.protocol.websocket.FrameLimits;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Options of a client; begin with one of {@link HoldfastClient}'s presets. Only {@link #url} has to
 * be set (and {@link #clientId} for deepstream and bot). Not thread-safe; may be used for several
 * clients, one after the other.
 */
public final class ClientBuilder {
    private enum Dialect {
        ROOMS,
        DEEPSTREAM,
        BOT,
        RAW
    }

    private Dialect dialect;
    private ReconnectPolicy reconnect;
    private String url = "";
    private @Nullable String healthUrl;
    private @Nullable String token;
    private @Nullable TokenSupplier tokenSupplier;
    private @Nullable SavedSession resumeFrom;
    private @Nullable String clientId;
    private @Nullable String config;
    private boolean resume;
    private boolean frames = true;
    private @Nullable EventListener listener;
    private Executor executor =
            task -> Thread.ofVirtual().name("holdfast-listener").start(task);
    private Executor completions =
            task -> Thread.ofVirtual().name("holdfast-completion").start(task);
    private int queueCapacity = QueueLimits.EVENTS;
    private long queueBytes = QueueLimits.BYTES;
    private @Nullable WhenFull whenFull;
    private WhileDisconnected whileDisconnected = WhileDisconnected.WAIT;
    private int maxUnacked = PendingSettings.DEFAULT.maxUnacked();
    private int maxWaiting = PendingSettings.DEFAULT.maxWaiting();
    private Duration keep = PendingSettings.DEFAULT.keep();
    private Duration connectTimeout = ClientSettings.OPEN_TIMEOUT;
    private Duration pingInterval = Limits.PING_INTERVAL;
    private Duration silence = ClientSettings.SILENCE;
    private Duration closeTimeout = Duration.ofSeconds(5);
    private Duration terminateTimeout = Duration.ofSeconds(10);
    private @Nullable TerminateHandler terminateHandler;
    private @Nullable SSLContext tls;
    private int maxMessageBytes = Limits.MAX_MESSAGE_BYTES;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final List<String> onConnect = new ArrayList<>();
    private final List<AlertCondition> alerts = new ArrayList<>();

    private ClientBuilder(Dialect dialect, Preset preset) {
        this.dialect = dialect;
        this.reconnect = preset.policy();
    }

    static ClientBuilder browser() {
        return new ClientBuilder(Dialect.ROOMS, Preset.BROWSER);
    }

    static ClientBuilder deepstream() {
        return new ClientBuilder(Dialect.DEEPSTREAM, Preset.DEEPSTREAM);
    }

    static ClientBuilder bot() {
        return new ClientBuilder(Dialect.BOT, Preset.BOT);
    }

    static ClientBuilder feed() {
        return new ClientBuilder(Dialect.ROOMS, Preset.FEED);
    }

    /**
     * Where to: {@code ws://} or {@code wss://}; for bots {@code tcp://} or {@code tls://}. Without
     * a path it is the dialect's own.
     */
    public ClientBuilder url(String address) {
        url = address;
        return this;
    }

    /** Who this client is: needed for deepstream and bot, otherwise the server chooses one. */
    public ClientBuilder clientId(String id) {
        clientId = id;
        return this;
    }

    /** The access token: sent in the handshake, for bots in the hello. */
    public ClientBuilder token(String accessToken) {
        token = accessToken;
        tokenSupplier = null;
        return this;
    }

    /**
     * Asks for an access token before each connect, so that one that has expired is of no
     * consequence: the close code 4501 does not end such a client.
     */
    public ClientBuilder token(TokenSupplier supplier) {
        tokenSupplier = supplier;
        token = null;
        return this;
    }

    /** The same, for applications that get theirs asynchronously. A stage too late is cancelled. */
    public ClientBuilder tokenAsync(Supplier<? extends CompletionStage<String>> supplier) {
        return token(() -> {
            CompletableFuture<String> coming = supplier.get().toCompletableFuture();
            try {
                return coming.get();
            } catch (InterruptedException late) {
                coming.cancel(true);
                throw late;
            }
        });
    }

    /** The session goes on over connections: nothing is missed, or a gap says what. */
    public ClientBuilder resume() {
        resume = true;
        return this;
    }

    /**
     * Goes on with a session that an earlier process has saved; with {@link #resume()}. Without a
     * {@link #clientId} it is the one that was saved. When the server does not have the session any
     * more, a new one begins, and gaps say what cannot be known.
     */
    public ClientBuilder resumeFrom(SavedSession saved) {
        resumeFrom = saved;
        resume = true;
        return this;
    }

    /** An {@code http://} or {@code https://} address that is asked before each reconnect. */
    public ClientBuilder health(String address) {
        healthUrl = address;
        return this;
    }

    /** Hears all events. Without one they are taken with {@link HoldfastClient#receive()}. */
    public ClientBuilder listener(EventListener all) {
        listener = all;
        return this;
    }

    /** Where the listener runs; by default on virtual threads. One event at a time in any case. */
    public ClientBuilder executor(Executor own) {
        executor = own;
        return this;
    }

    /** Where futures complete. Tests make it the thread that they run on. */
    ClientBuilder completions(Executor where) {
        completions = where;
        return this;
    }

    /** Events that may wait for the application (1,000), and what happens then. */
    public ClientBuilder queue(int events, WhenFull then) {
        queueCapacity = events;
        whenFull = then;
        return this;
    }

    /** Bytes of the events that may wait (16 MiB); what happens then is the same. */
    public ClientBuilder queueBytes(long bytes) {
        queueBytes = bytes;
        return this;
    }

    /** Whether messages wait for a connection (default), or fail at once. */
    public ClientBuilder whileDisconnected(WhileDisconnected choice) {
        whileDisconnected = choice;
        return this;
    }

    /**
     * How many messages may wait for their ack (512, and no more: the server refuses them) and to
     * be sent (1,024), and how long each is kept (30 s).
     */
    public ClientBuilder pending(int unacked, int waiting, Duration each) {
        maxUnacked = unacked;
        maxWaiting = waiting;
        keep = each;
        return this;
    }

    /**
     * Failed tries after which the client gives up.
     *
     * @throws IllegalArgumentException at once, for less than 1
     */
    public ClientBuilder maxAttempts(int attempts) {
        reconnect = reconnect.withMaxAttempts(attempts);
        return this;
    }

    /**
     * The delay before the first retry, doubled for each further one up to the longest.
     *
     * @throws IllegalArgumentException at once, when the first is not above 0, or the longest is
     *     shorter or above a day
     */
    public ClientBuilder backoff(Duration first, Duration longest) {
        Backoff delays = new Backoff(first, longest, reconnect.backoff().jitter());
        reconnect = reconnect.withBackoff(delays);
        return this;
    }

    /** Delays exactly as the table says: for a single client, and for tests. */
    public ClientBuilder withoutJitter() {
        reconnect = reconnect.withJitter(Jitter.NONE);
        return this;
    }

    /** After 5 failures in a row no try for 60 s. */
    public ClientBuilder circuitBreaker() {
        reconnect = reconnect.withBreaker(BreakerSettings.DEFAULT);
        return this;
    }

    /** For name, TCP, TLS and handshake together (10 s). */
    public ClientBuilder connectTimeout(Duration timeout) {
        connectTimeout = timeout;
        return this;
    }

    /**
     * Between two pings (30 s), and the silence after which the connection is dead (75 s). With
     * {@link #raw()} over {@code tcp://} there is no ping: set a silence (up to 365 days) that such
     * a server does not keep.
     */
    public ClientBuilder heartbeat(Duration interval, Duration silenceLimit) {
        pingInterval = interval;
        silence = silenceLimit;
        return this;
    }

    /** Whose certificates are trusted. The host name is always checked. */
    public ClientBuilder tls(SSLContext context) {
        tls = context;
        return this;
    }

    /** A further header of the WebSocket handshake; {@link #open} refuses what HTTP forbids. */
    public ClientBuilder header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** A text that is sent on each connect, behind the greeting: subscriptions of other servers. */
    public ClientBuilder onConnect(String text) {
        onConnect.add(text);
        return this;
    }

    /** Raises an {@link Event.Alert} on a condition. May be called several times. */
    public ClientBuilder alert(AlertCondition condition) {
        alerts.add(condition);
        return this;
    }

    /** Cleans up when the server asks the application to terminate (deepstream). */
    public ClientBuilder onTerminate(TerminateHandler handler) {
        terminateHandler = handler;
        return this;
    }

    /** How long that may take (10 s). */
    public ClientBuilder terminateTimeout(Duration timeout) {
        terminateTimeout = timeout;
        return this;
    }

    /**
     * What a pipeline application tells about itself, a JSON object (deepstream).
     *
     * @throws IllegalArgumentException at once, when it is none
     */
    public ClientBuilder config(String json) {
        if (JsonObject.parse(json) == null) {
            throw new IllegalArgumentException("The config is not a JSON object: " + json);
        }
        config = json;
        return this;
    }

    /** Bytes of one message, in either direction (1 MiB; at most 1 GiB). */
    public ClientBuilder maxMessageBytes(int bytes) {
        maxMessageBytes = bytes;
        return this;
    }

    /** The longest that {@link HoldfastClient#close()} takes (5 s). */
    public ClientBuilder closeTimeout(Duration timeout) {
        closeTimeout = timeout;
        return this;
    }

    /** Lines all the way: bots do not ask for length-prefixed frames and compression. */
    public ClientBuilder linesOnly() {
        frames = false;
        return this;
    }

    /** Another server than Holdfast: texts as they are, no acks, no rooms. */
    public ClientBuilder raw() {
        dialect = Dialect.RAW;
        return this;
    }

    /**
     * Makes the client and begins to connect.
     *
     * @throws IllegalArgumentException in one sentence, when options are missing or do not fit
     */
    public HoldfastClient open() {
        Options options = options();
        SSLContext context = tls == null ? defaultTls() : tls;
        NettyNetwork network = new NettyNetwork(context, maxMessageBytes);
        try {
            HoldfastClient client = new HoldfastClient(options, network);
            client.start();
            return client;
        } catch (RuntimeException | Error failed) {
            network.close(); // Nobody else could: the loop's thread would stay.
            throw failed;
        }
    }

    Options options() {
        Endpoint endpoint = endpoint();
        String id = requireClientId();
        Endpoint health = healthUrl == null
                ? null
                : slashed(Endpoint.parse(healthUrl, Scheme.HTTP, Scheme.HTTPS));
        TimeOption.require("connectTimeout", connectTimeout, TimeOption.DAY);
        TimeOption.require("closeTimeout", closeTimeout, TimeOption.DAY);
        TimeOption.require("terminateTimeout", terminateTimeout, TimeOption.DAY);
        TimeOption.require("heartbeat's interval", pingInterval, TimeOption.YEAR);
        TimeOption.require("heartbeat's silence limit", silence, TimeOption.YEAR);
        TimeOption.require("pending's time", keep, TimeOption.YEAR);
        alerts.forEach(TimeOption::require);
        int most = FrameLimits.GREATEST_MESSAGE_BYTES;
        if (maxMessageBytes < 1 || maxMessageBytes > most) {
            throw new IllegalArgumentException("Messages of " + maxMessageBytes
                    + " bytes; expected at least 1 and at most " + most + ".");
        }
        WhenFull full = resume ? WhenFull.PAUSE : WhenFull.DROP_OLDEST;
        ClientSettings settings = new ClientSettings(
                tokenSupplier == null ? reconnect : reconnect.withFreshTokens(),
                connectTimeout,
                ClientSettings.WELCOME_TIMEOUT,
                pingInterval,
                silence,
                Limits.CLOSE_GRACE,
                health == null ? null : ClientSettings.HEALTH_TIMEOUT);
        PendingSettings pending = new PendingSettings(
                maxUnacked,
                maxWaiting,
                PendingSettings.DEFAULT.maxBytes(),
                keep,
                whileDisconnected == WhileDisconnected.WAIT
                        ? io.holdfast.protocol.client.WhileDisconnected.WAIT
                        : io.holdfast.protocol.client.WhileDisconnected.FAIL);
        return new Options(
                wireDialect(),
                endpoint,
                health,
                HandshakeHeaders.checked(headers, token),
                id,
                token,
                tokenSupplier,
                config,
                resume && dialect != Dialect.RAW,
                dialect == Dialect.RAW ? null : resumeFrom,
                settings,
                pending,
                listener,
                executor,
                completions,
                new QueueLimits(queueCapacity, queueBytes, maxMessageBytes),
                whenFull == null ? full : whenFull,
                terminateHandler,
                terminateTimeout,
                List.copyOf(onConnect),
                List.copyOf(alerts),
                maxMessageBytes,
                closeTimeout);
    }

    private WireDialect wireDialect() {
        return switch (dialect) {
            case ROOMS -> new RoomsDialect();
            case DEEPSTREAM -> new DeepstreamDialect();
            case BOT -> new BotDialect(frames);
            case RAW -> new RawDialect();
        };
    }

    private @Nullable String clientIdOrSaved() {
        return clientId == null && resumeFrom != null ? resumeFrom.clientId() : clientId;
    }

    private Endpoint endpoint() {
        return switch (dialect) {
            case BOT -> Endpoint.parse(url, Scheme.TCP, Scheme.TLS);
            case ROOMS -> roomsEndpoint(Endpoint.parse(url, Scheme.WS, Scheme.WSS));
            case DEEPSTREAM -> {
                Endpoint parsed = Endpoint.parse(url, Scheme.WS, Scheme.WSS);
                yield isBare(parsed) ? parsed.withPath("/deepstream/ws") : parsed;
            }
            case RAW -> slashed(Endpoint.parse(url, Scheme.WS, Scheme.WSS, Scheme.TCP, Scheme.TLS));
        };
    }

    private Endpoint roomsEndpoint(Endpoint parsed) {
        String id = clientIdOrSaved();
        String path = parsed.pathAndQuery();
        boolean standard = isBare(parsed) || path.equals("/ws");
        if (clientId != null && !standard) {
            throw new IllegalArgumentException("The url has the path "
                    + Endpoint.withoutQuery(path)
                    + " and there is a clientId; leave one of them out.");
        }
        return standard ? parsed.withPath(id == null ? "/ws" : "/ws/" + id) : parsed;
    }

    private static boolean isBare(Endpoint endpoint) {
        return endpoint.pathAndQuery().isEmpty() || endpoint.pathAndQuery().equals("/");
    }

    private static Endpoint slashed(Endpoint endpoint) {
        String path = endpoint.pathAndQuery();
        boolean needed = !endpoint.scheme().isTcp() && !path.startsWith("/");
        return needed ? endpoint.withPath("/" + path) : endpoint;
    }

    private @Nullable String requireClientId() {
        String id = clientIdOrSaved();
        boolean needed = dialect == Dialect.DEEPSTREAM || dialect == Dialect.BOT;
        if (needed && id == null) {
            throw new IllegalArgumentException("A client of this dialect needs a clientId.");
        }
        if (dialect == Dialect.ROOMS && id != null && !id.matches("[a-zA-Z0-9_-]{1,64}")) {
            throw new IllegalArgumentException("The clientId " + id
                    + " is not 1 to 64 of a-z A-Z 0-9 _ -; the server would refuse it.");
        }
        return id;
    }

    private static SSLContext defaultTls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this Java has no default TLS; set tls()", missing);
        }
    }
}
