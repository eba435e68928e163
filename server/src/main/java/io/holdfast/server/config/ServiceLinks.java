package io.holdfast.server.config;

import java.util.regex.Pattern;

/**
 * Kubernetes announces every Service of a namespace to its pods through variables named after it.
 * A Service called holdfast or holdfast-something therefore makes variables with our prefix, which
 * nobody meant for us.
 */
final class ServiceLinks {

    private static final Pattern NAME = Pattern.compile("HOLDFAST(_[A-Z0-9_]{1,200})?"
            + "_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]{1,200})?"
            + "|PORT_[0-9]{1,5}_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

    private ServiceLinks() {}

    static boolean isOne(String name, String value) {
        boolean url = value.startsWith("tcp://") || value.startsWith("udp://");
        return NAME.matcher(name).matches() || (name.endsWith("_PORT") && url);
    }
}
