package io.holdfast.protocol.proxy;

/** What was wrong with a PROXY protocol header. */
public enum ProxyFault {
    /** The bytes begin neither like version 1 nor like version 2: there is no header. */
    NO_HEADER,
    /** Over 107 bytes in version 1, or more than we are ready to skip in version 2. */
    TOO_LONG,
    /** A version, command, family or transport that the specification does not have. */
    UNSUPPORTED,
    /** An address, a port or a separator that is not as specified. */
    MALFORMED
}
