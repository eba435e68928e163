package io.holdfast.protocol.websocket;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of negotiating permessage-deflate (RFC 7692 §7.1).
 *
 * <p>Both directions always go without context takeover: a compressed message then needs no state
 * of its connection, can be sent to many connections at once, and a connection can move to another
 * process between two messages.
 */
public final class PerMessageDeflate {

    private static final String NAME = "permessage-deflate";
    private static final String SERVER_NO_CONTEXT = "server_no_context_takeover";
    private static final String CLIENT_NO_CONTEXT = "client_no_context_takeover";
    private static final String SERVER_WINDOW = "server_max_window_bits";
    private static final String CLIENT_WINDOW = "client_max_window_bits";
    private static final String ACCEPTANCE =
            NAME + "; " + SERVER_NO_CONTEXT + "; " + CLIENT_NO_CONTEXT;

    /** The only window of the JDK's Deflater. */
    private static final int OUR_WINDOW_BITS = 15;

    private static final int MIN_WINDOW_BITS = 8;

    /** More offers than any client makes; the rest are not looked at. */
    private static final int MAX_OFFERS = 16;

    private PerMessageDeflate() {}

    /**
     * Accepts the first offer that can be kept.
     *
     * @param offers values of the request's Sec-WebSocket-Extensions headers, in order
     * @return the value of the response's header, or null when no offer is accepted: connect
     *     without
     */
    public static @Nullable String negotiate(List<String> offers) {
        int seen = 0;
        for (String header : offers) {
            ExtensionParser parser = new ExtensionParser(header);
            while (parser.next()) {
                if (++seen > MAX_OFFERS) {
                    return null;
                }
                if (parser.name().equalsIgnoreCase(NAME)) {
                    String response = answer(parser.parameters());
                    if (response != null) {
                        return response;
                    }
                }
            }
        }
        return null;
    }

    /** Unknown, repeated and ill-formed parameters MUST decline the offer (RFC 7692 §7.1). */
    private static @Nullable String answer(List<ExtensionParser.Parameter> parameters) {
        Map<String, ExtensionParser.Parameter> byName = new HashMap<>();
        for (ExtensionParser.Parameter parameter : parameters) {
            String name = parameter.name().toLowerCase(Locale.ROOT);
            if (byName.put(name, parameter) != null || !isWellFormed(name, parameter.value())) {
                return null;
            }
        }
        ExtensionParser.Parameter window = byName.get(SERVER_WINDOW);
        if (window == null) {
            return ACCEPTANCE;
        }
        // §7.1.2.1: the offer of a limit is accepted by repeating it, or declined.
        return windowBits(window.value()) == OUR_WINDOW_BITS
                ? ACCEPTANCE + "; " + SERVER_WINDOW + "=" + OUR_WINDOW_BITS
                : null;
    }

    private static boolean isWellFormed(String name, @Nullable String value) {
        return switch (name) {
            case SERVER_NO_CONTEXT, CLIENT_NO_CONTEXT -> value == null;
            case SERVER_WINDOW -> windowBits(value) != 0;
            // The client may name the parameter only to say that it understands it (§7.1.2.2). We
            // need
            // not answer: our inflater reads any window.
            case CLIENT_WINDOW -> value == null || windowBits(value) != 0;
            default -> false;
        };
    }

    /** 8 to 15 in decimal without leading zeros, or 0 for anything else. */
    private static int windowBits(@Nullable String value) {
        for (int bits = MIN_WINDOW_BITS; bits <= OUR_WINDOW_BITS; bits++) {
            if (Integer.toString(bits).equals(value)) {
                return bits;
            }
        }
        return 0;
    }
}
