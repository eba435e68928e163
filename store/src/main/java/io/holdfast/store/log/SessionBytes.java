package io.holdfast.store.log;

import io.holdfast.protocol.session.MalformedSessionRecordException;
import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.protocol.session.SessionRecordCodec;

/** The bytes of a {@link SessionRecord}, with the store's kind of failure. */
public final class SessionBytes {
    private SessionBytes() {}

    public static byte[] write(SessionRecord session) {
        return SessionRecordCodec.encode(session);
    }

    public static SessionRecord read(byte[] bytes) throws MalformedException {
        try {
            return SessionRecordCodec.decode(bytes);
        } catch (MalformedSessionRecordException e) {
            throw new MalformedException(String.valueOf(e.getMessage()), e);
        }
    }
}
