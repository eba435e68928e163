package io.holdfast.protocol.websocket;

/** The close codes that framing itself knows (RFC 6455 §7.4.1). */
final class CloseStatus {

    static final int PROTOCOL_ERROR = 1002;
    /** Stands for "the close frame had no code"; never on the wire. */
    static final int NONE_RECEIVED = 1005;

    static final int INVALID_PAYLOAD = 1007;
    static final int TOO_BIG = 1009;

    private CloseStatus() {}

    /**
     * Whether a close frame may carry the code: the IANA registry's codes without 1004 (reserved),
     * 1005, 1006 and 1015 (only for reports inside a program), then 3000-3999 for libraries and
     * 4000-4999 for applications (RFC 6455 §7.4.2).
     */
    static boolean mayBeSent(int code) {
        return (code >= 1000 && code <= 1003)
                || (code >= 1007 && code <= 1014)
                || (code >= 3000 && code <= 4999);
    }
}
