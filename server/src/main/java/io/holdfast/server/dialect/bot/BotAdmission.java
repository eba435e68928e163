package io.holdfast.server.dialect.bot;

import io.holdfast.protocol.admission.Admission;
import io.holdfast.protocol.admission.AdmissionSettings;
import io.holdfast.protocol.admission.ConnectionAdmission;
import io.holdfast.protocol.admission.Slot;
import io.holdfast.server.config.Config;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may connect, for all event loops together: the pure {@link ConnectionAdmission} behind one lock,
 * with the limits as they are configured now. Thread-safe.
 */
final class BotAdmission {
    /** For a connection over the rate to show its token (spec: dialect-bot, "Limits"). */
    private static final long TOKEN_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** The same where there is no place but that of its own earlier connection. */
    private static final long FULL_TOKEN_WAIT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Supplier<Config> config;
    private final ConnectionAdmission admission;
    private AdmissionSettings settings;

    BotAdmission(Supplier<Config> config) {
        this.config = config;
        this.settings = settings(config.get());
        this.admission = new ConnectionAdmission(settings);
    }

    private static AdmissionSettings settings(Config config) {
        return new AdmissionSettings(
                config.limits().botMaxConnections(),
                config.bot().connectionsPerMinutePerIp(),
                TOKEN_WAIT_NANOS,
                FULL_TOKEN_WAIT_NANOS,
                config.bot().blockIp().toNanos());
    }

    synchronized Admission connect(String address) {
        AdmissionSettings now = settings(config.get());
        if (!now.equals(settings)) {
            settings = now;
            admission.configure(now);
        }
        return admission.connect(address, System.nanoTime());
    }

    /** The connection showed a good token; {@code before} is the place of the one that it replaces. */
    synchronized Admission tokenAccepted(Slot slot, @Nullable Slot before) {
        return admission.tokenAccepted(slot, before, System.nanoTime());
    }

    synchronized Admission withoutToken(Slot slot) {
        return admission.withoutToken(slot, System.nanoTime());
    }

    synchronized void release(Slot slot) {
        admission.release(slot, System.nanoTime());
    }

    /** Connections admitted and not ended. */
    synchronized int admitted() {
        return admission.admitted();
    }

    /** Connections that have yet to show their token. */
    synchronized int provisional() {
        return admission.provisional();
    }

    /** Addresses that may not connect now. */
    synchronized int blocked() {
        return admission.blocks().list(System.nanoTime()).size();
    }
}
