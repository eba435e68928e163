package io.holdfast.protocol;

/** The {@code id} that a client gives to its message (spec: delivery, "Client to server"). */
public final class MessageId {
    private MessageId() {}

    /**
     * Whether it can be one: 1 to {@value Limits#MAX_MESSAGE_ID_LENGTH} characters, which also exist
     * outside of Java: half of a surrogate pair would come back from a store as another id.
     */
    public static boolean isValid(String id) {
        if (id.isEmpty() || id.length() > Limits.MAX_MESSAGE_ID_LENGTH) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < id.length()
                    && Character.isLowSurrogate(id.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }
}
