package io.holdfast.client;

import io.holdfast.client.dialect.RawDialect;
import io.holdfast.client.dialect.WireDialect;
import io.holdfast.protocol.client.ClientSettings;
import io.holdfast.protocol.client.PendingSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What a client was built with; see {@link ClientBuilder} for the meaning of each. */
record Options(
        WireDialect dialect,
        Endpoint endpoint,
        @Nullable Endpoint health,
        Map<String, String> headers,
        @Nullable String clientId,
        @Nullable String token,
        @Nullable TokenSupplier tokenSupplier,
        @Nullable String config,
        boolean resume,
        @Nullable SavedSession resumeFrom,
        ClientSettings settings,
        PendingSettings pending,
        @Nullable EventListener listener,
        Executor executor,
        Executor completions,
        QueueLimits queue,
        WhenFull whenFull,
        @Nullable TerminateHandler terminateHandler,
        Duration terminateTimeout,
        List<String> onConnect,
        List<AlertCondition> alerts,
        int maxMessageBytes,
        Duration closeTimeout) {
    boolean isRaw() {
        return dialect instanceof RawDialect;
    }
}
