package io.holdfast.protocol.session;

import org.jspecify.annotations.Nullable;

/**
 * What a newcomer brings when it asks for a client id.
 *
 * @param principal who it is: the token's name or subject; with authentication off always the same
 * @param individual whether the principal stands for one client alone (a token of its own), not
 *     for a fleet that shares a token
 * @param sessionToken what it showed as the session's token, unchecked; null when it showed none
 * @param resume whether it asked to resume
 * @param identitySuffices whether its dialect restores a session to the same principal without a
 *     session token ({@code deepstream})
 * @param speaksResume whether it understands what resuming needs: it gets a session token and a
 *     personal stream
 */
public record Claim(
        String principal,
        boolean individual,
        @Nullable String sessionToken,
        boolean resume,
        boolean identitySuffices,
        boolean speaksResume) {

    /** Of a client without resume. */
    public static Claim plain(String principal, boolean individual) {
        return new Claim(principal, individual, null, false, false, false);
    }

    /** Without the token: a session token is as good as the session, and logs are read by many. */
    @Override
    public String toString() {
        return "Claim[principal=" + principal + ", individual=" + individual + ", sessionToken="
                + (sessionToken == null ? "none" : "(hidden)") + ", resume=" + resume
                + ", identitySuffices=" + identitySuffices + ", speaksResume=" + speaksResume + "]";
    }
}
