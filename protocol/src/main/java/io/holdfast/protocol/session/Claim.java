package io.holdfast.protocol.session;

/**
 * What a newcomer brings when it asks for a client id.
 *
 * @param principal who it is: the token's name or subject; with authentication off always the same
 * @param individual whether the principal stands for one client alone (a token of its own), not
 *     for a fleet that shares a token
 * @param tokenMatches whether it showed the session token of the session that has the id
 * @param resume whether it asked to resume
 * @param identitySuffices whether its dialect restores a session to the same principal without a
 *     session token ({@code deepstream})
 */
public record Claim(
        String principal,
        boolean individual,
        boolean tokenMatches,
        boolean resume,
        boolean identitySuffices) {}
