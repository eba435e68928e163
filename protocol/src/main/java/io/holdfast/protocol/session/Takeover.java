package io.holdfast.protocol.session;

import org.jspecify.annotations.Nullable;

/**
 * Who may take over a client id (spec: delivery, "who may take over"). A session belongs to
 * (principal, client id).
 */
public final class Takeover {

    /** What happens to the newcomer, and to the session that has the id. */
    public enum Outcome {
        /** Nobody has the id: a new session. */
        NEW,
        /** The session goes on; an older connection is closed with 4500. */
        RESUME,
        /** A new, empty session takes the id; an older connection is closed with 4500. */
        REPLACE,
        /** The newcomer is closed with 1008; the session notices nothing. */
        REFUSE
    }

    /**
     * The session that has the id.
     *
     * @param connected whether it has a connection now, or is only within its time to live
     * @param tokenMatches whether the claim's session token is good for it now
     */
    public record Owner(String principal, boolean connected, boolean tokenMatches) {}

    private Takeover() {}

    public static Outcome decide(boolean authenticationOn, @Nullable Owner owner, Claim claim) {
        if (owner == null) {
            return Outcome.NEW;
        }
        if (authenticationOn && !mayTakeOver(owner, claim)) {
            return Outcome.REFUSE;
        }
        return claim.resume() && restores(owner, claim) ? Outcome.RESUME : Outcome.REPLACE;
    }

    /**
     * "session_restored is true only when the server still had the session: right token (or, in
     * the deepstream dialect, the same instance_id and principal)".
     */
    private static boolean restores(Owner owner, Claim claim) {
        return owner.tokenMatches()
                || (claim.identitySuffices() && owner.principal().equals(claim.principal()));
    }

    private static boolean mayTakeOver(Owner owner, Claim claim) {
        // Without this a session token that leaked would be worth as much as the credentials.
        if (!owner.principal().equals(claim.principal())) {
            return false;
        }
        // A fleet that shares one token: only the session token tells its members apart, and a
        // member must not throw out another. Nobody is thrown out where nobody is connected.
        return owner.tokenMatches() || claim.individual() || !owner.connected();
    }
}
