package io.holdfast.protocol.line;

/** Bounds that lines and frames share, and how their violations are worded. */
public final class LineLimits {
    /** 1 GiB: leaves sums of two lengths inside an int. */
    public static final int GREATEST = 1 << 30;

    static final String NOT_UTF8 = "Message is not valid UTF-8; send JSON encoded as UTF-8";

    private LineLimits() {}

    static int checked(int maxMessageBytes) {
        if (maxMessageBytes < 1 || maxMessageBytes > GREATEST) {
            throw new IllegalArgumentException("maxMessageBytes is " + maxMessageBytes
                    + ", expected 1 to " + GREATEST + "; choose a limit in that range");
        }
        return maxMessageBytes;
    }

    static String tooLong(int maxMessageBytes) {
        return "Message is longer than " + maxMessageBytes + " bytes; send shorter messages";
    }
}
