package io.holdfast.server.auth;

import io.holdfast.server.config.WebOrigin;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages may connect. Browsers always send Origin on a WebSocket handshake (RFC 6455
 * section 10.2); whoever sends none is no browser and is judged by its token alone.
 */
public final class OriginPolicy {

    private final Set<WebOrigin> allowed;
    private final boolean any;

    private OriginPolicy(Set<WebOrigin> allowed) {
        this.allowed = allowed;
        this.any = allowed.isEmpty() || allowed.contains(WebOrigin.ANY);
    }

    /** An empty list allows every origin, as does one with {@link WebOrigin#ANY}. */
    public static OriginPolicy of(List<WebOrigin> allowed) {
        return new OriginPolicy(Set.copyOf(allowed));
    }

    /**
     * Scheme, host and port must be those of an allowed origin. What is no origin is refused under
     * any policy.
     *
     * @param origin the header as sent (several joined by a comma), null when there is none
     */
    public boolean allows(@Nullable String origin) {
        if (origin == null) {
            return true;
        }
        WebOrigin page = WebOrigin.parse(origin);
        return page != null && (any || allowed.contains(page));
    }
}
