package io.holdfast.protocol.reconnect;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a server has said about leaving, on the connection that it was said on: {@code
 * reconnect_after}, and {@code new_host} and {@code new_port} of a migration. Until when a client
 * that is sent elsewhere may stay is not part of it: once its connection has ended nothing keeps it.
 *
 * @param after the close of the connection; not negative; null when nothing was said
 * @param where null when no address was said
 * @param home whether it is sent to the address that was configured; never with {@code where}
 */
public record ServerAdvice(
        @Nullable Duration after, @Nullable Target where, boolean home) {
    public static final ServerAdvice NONE = new ServerAdvice(null, null);
    /** Sent away, and no word of where to. */
    public static final ServerAdvice HOME = new ServerAdvice(null, null, true);

    public ServerAdvice {
        if (after != null && after.isNegative()) {
            throw new IllegalArgumentException("Advice to come back after " + after
                    + ", expected 0 or more: refuse such a number where it is read.");
        }
        if (home && where != null) {
            throw new IllegalArgumentException("Advice to go to " + where
                    + " and to the configured address, expected one of them.");
        }
    }

    public ServerAdvice(@Nullable Duration after, @Nullable Target where) {
        this(after, where, false);
    }

    public static ServerAdvice after(Duration after) {
        return new ServerAdvice(after, null);
    }

    /** What holds when the server has said this, and then something else. */
    public ServerAdvice followedBy(ServerAdvice later) {
        boolean saysWhere = later.where != null || later.home;
        return new ServerAdvice(
                later.after == null ? after : later.after,
                saysWhere ? later.where : where,
                saysWhere ? later.home : home);
    }

    public boolean isNone() {
        return after == null && where == null && !home;
    }
}
