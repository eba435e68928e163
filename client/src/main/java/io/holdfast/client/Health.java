package io.holdfast.client;

import io.holdfast.client.json.JsonObject;
import io.holdfast.protocol.client.HealthAnswer;
import io.holdfast.protocol.reconnect.Target;

import org.jspecify.annotations.Nullable;

/** Where health is asked, and what the answer says (spec: lifecycle, "Health"). */
final class Health {
    private Health() {}

    /** @param status 0 when there was no answer */
    static HealthAnswer answer(int status, String page) {
        if (status == 0) {
            return HealthAnswer.NONE;
        }
        JsonObject read = JsonObject.parse(page);
        return HealthAnswer.of(status, read == null ? null : read.string("status"));
    }

    /**
     * Whose health is asked before a connect to {@code target}. A page on the server's own host goes
     * along with it: on the port that was named, or on its own where it has one; a page on another
     * host, a monitor's say, is asked where it is.
     */
    static Endpoint at(Endpoint page, Endpoint server, @Nullable Target target) {
        if (target == null || !page.host().equalsIgnoreCase(server.host())) {
            return page;
        }
        boolean shared = page.port() == server.port();
        return shared ? page.at(target) : page.at(new Target(target.host(), page.port()));
    }
}
