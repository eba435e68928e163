package io.holdfast.conformance;

import io.holdfast.conformance.foreign.ForeignServer;
import io.holdfast.conformance.foreign.JettyServer;
import io.holdfast.conformance.foreign.NodeWsServer;

import org.junit.jupiter.api.Nested;

/** Our Java client against servers that others have made. */
class JavaClientForeignServersIT {
    @Nested
    class AgainstJetty extends ForeignServerContract {
        @Override
        ForeignServer start() {
            return new JettyServer();
        }
    }

    /** Needs node and npm. */
    @Nested
    class AgainstNodesWs extends ForeignServerContract {
        @Override
        ForeignServer start() {
            return new NodeWsServer();
        }
    }
}
