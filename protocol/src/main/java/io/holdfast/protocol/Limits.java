package io.holdfast.protocol;

import java.time.Duration;

/**
 * The defaults of every limit, each with its unit and its reason. What is configurable reaches
 * the code that enforces it through a constructor; these are only the values nobody has changed.
 */
public final class Limits {
    /** Connections in all. The source documents' 1,000 is a tenth of one camera fleet. */
    public static final int MAX_CONNECTIONS = 100_000;
    /** Bytes of one message, after decompression (1009 above it). */
    public static final int MAX_MESSAGE_BYTES = 1024 * 1024;
    /** Fragments of one message: bounds the work an endless run of empty fragments can cause. */
    public static final int MAX_FRAGMENTS = 1024;
    /** Bytes of an HTTP request's header, nginx's and Tomcat's order of size. */
    public static final int MAX_HTTP_HEADER_BYTES = 8 * 1024;
    /** Time for the opening handshake: a slow header must not hold a socket for long. */
    public static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
    /** Time for the first message where one is awaited ({@code auth}, {@code hello}). */
    public static final Duration AUTH_TIMEOUT = Duration.ofSeconds(10);

    /** Between two RFC 6455 pings; under the 60 s at which common proxies drop idle links. */
    public static final Duration PING_INTERVAL = Duration.ofSeconds(30);
    /** Silence after which a connection is a zombie: three pings lost. */
    public static final Duration PING_TIMEOUT = Duration.ofSeconds(90);
    /** For the peer to answer our close frame before it is cut. */
    public static final Duration CLOSE_GRACE = Duration.ofSeconds(2);
    /** For a TCP peer to take its outbox after half-close: the value of {@code SO_LINGER}. */
    public static final Duration TCP_CLOSE_GRACE = Duration.ofSeconds(5);

    /** Messages per minute and client; 0 is off. */
    public static final int MAX_MESSAGES_PER_MINUTE = 60;
    /** How long a client may ignore {@code retry_after} before it is closed with 1008. */
    public static final Duration RATE_LIMIT_PATIENCE = Duration.ofMinutes(1);
    /** Pings answered per second and connection: browsers send none, libraries one in 20 s. */
    public static final int MAX_PINGS_PER_SECOND = 10;
    /** Pings left unanswered in one flood before 1008: about 3 s of 40 pings a second. */
    public static final int MAX_UNANSWERED_PINGS = 100;

    /** Rooms one client may be in. */
    public static final int MAX_ROOMS_PER_CLIENT = 100;
    /** Room members above which presence is coalesced to one message a second. */
    public static final int PRESENCE_COALESCING_MEMBERS = 200;
    /** Bytes of a connection's outbox of unsequenced entries. */
    public static final int OUTBOX_BYTES = 1024 * 1024;
    /** Nesting of JSON: deeper is never a message and may be an attack on the parser's stack. */
    public static final int MAX_JSON_DEPTH = 64;
    /** Characters of a client message's {@code id}. */
    public static final int MAX_MESSAGE_ID_LENGTH = 64;

    /** Sessions kept, connected or away: as many as connections. */
    public static final int MAX_SESSIONS = 100_000;
    /** Bytes of a session's own state (configuration, subscriptions). */
    public static final int MAX_SESSION_STATE_BYTES = 64 * 1024;
    /** Streams of one session: the most rooms that can be configured, and some of its own. */
    public static final int MAX_MEMBERSHIPS = 10_240;

    /** Unacked messages of one session: what a client keeps to send again after a resume. */
    public static final int MAX_UNACKED_MESSAGES = 512;
    /** Ids remembered per session: twice what may be sent again, so none is published twice. */
    public static final int REMEMBERED_IDS = 2 * MAX_UNACKED_MESSAGES;

    /** Last {@code seq}: the largest integer up to which JavaScript's numbers are exact. */
    public static final long MAX_SEQ = (1L << 53) - 1;

    /** Connections told to leave per second: a successor takes this many handshakes easily. */
    public static final int DRAIN_RATE_PER_SECOND = 500;
    /** Kept at the end of a drain for writing sessions and positions to the store. */
    public static final Duration STORE_RESERVE = Duration.ofSeconds(5);
    /** The longest a drain goes on after a second signal, the store's time not counted. */
    public static final Duration HURRIED_GRACE = Duration.ofSeconds(3);
    /** Between two progress lines of a drain. */
    public static final Duration DRAIN_PROGRESS_INTERVAL = Duration.ofSeconds(10);
    /** {@code terminationGracePeriodSeconds} assumed under Kubernetes: its 30 less a margin. */
    public static final Duration KUBERNETES_TERMINATION_GRACE = Duration.ofSeconds(25);

    private Limits() {}
}
