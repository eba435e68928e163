package io.holdfast.server.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.connection.ConnectionLifecycle;
import io.holdfast.protocol.connection.ConnectionSettings;
import io.holdfast.server.auth.AuthResult;
import io.holdfast.server.metrics.DialectName;
import io.holdfast.server.metrics.ErrorKind;
import org.jspecify.annotations.Nullable;

/**
 * A newcomer whose handshake is completed only to tell it, in a way that browsers can see, why it
 * cannot stay. It is no client: nothing but its closing handshake is left to do.
 */
public final class RefusedConnection extends Connection {
    private final CloseCode code;
    private final String reason;
    private final @Nullable String message;

    /** @param message JSON to send before the close, or null */
    public RefusedConnection(
            Core core,
            DialectName dialect,
            String remote,
            CloseCode code,
            String reason,
            @Nullable String message) {
        super(core, dialect, remote);
        this.code = code;
        this.reason = reason;
        this.message = message;
    }

    /** For a newcomer whose token was not accepted. Called on its loop. */
    public static Connection unauthorized(
            Core core,
            DialectName dialect,
            String remote,
            AuthResult.Rejected rejected,
            LoopConnections loop) {
        loop.metrics().count(ErrorKind.UNAUTHORIZED);
        CloseCode code = rejected.expired() ? CloseCode.TOKEN_EXPIRED : CloseCode.POLICY_VIOLATION;
        return new RefusedConnection(core, dialect, remote, code, code.defaultReason(), null);
    }

    @Override
    protected ConnectionLifecycle begin(long nowNanos) {
        return ConnectionLifecycle.open(ConnectionSettings.DEFAULT, nowNanos, loop().random());
    }

    @Override
    protected void onOpened() {
        if (message != null) {
            byte[] bytes = message.getBytes(UTF_8);
            send(bytes, 0, bytes.length);
        }
        core().log().refused(this, code.code(), reason);
        close(code, reason);
    }

    @Override
    protected void onText(byte[] bytes, int from, int to) {
        // Closing already: nothing is expected of it.
    }

    @Override
    protected void onLost() {
        // It had nothing to give back.
    }

    @Override
    public boolean tellShutdown(long reconnectAfterSeconds, long timeoutSeconds) {
        return false;
    }
}
