package io.holdfast.server.config;

/** JWT signature algorithms that are accepted (RFC 7518 section 3.1). */
public enum JwtAlgorithm {
    HS256,
    RS256,
    ES256
}
