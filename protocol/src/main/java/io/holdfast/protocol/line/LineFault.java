package io.holdfast.protocol.line;

/** What was wrong with the bytes of a line or a frame. None can be recovered from. */
public enum LineFault {
    /** Over the message limit, before or after decompression. */
    TOO_LONG,
    /** Not UTF-8 (RFC 3629). */
    INVALID_UTF8,
    /** A frame of length 0, which has no room for its flags. */
    EMPTY_FRAME,
    /** A flag bit that has no meaning. */
    UNKNOWN_FLAGS,
    /** Flagged as gzip, but not one whole, valid member (RFC 1952). */
    CORRUPT_GZIP
}
