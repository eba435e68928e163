package io.holdfast.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PerMessageDeflateTest {

    private static final String ACCEPTED =
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "Permessage-Deflate",
                "permessage-deflate; client_max_window_bits",
                "permessage-deflate;client_max_window_bits=8",
                "permessage-deflate; client_max_window_bits=\"15\"",
                "permessage-deflate ; server_no_context_takeover ;\tclient_no_context_takeover",
                "x-webkit-deflate-frame, permessage-deflate",
                "permessage-bzip2; level=9, , permessage-deflate",
                "permessage-deflate; server_max_window_bits=10, permessage-deflate",
                "permessage-deflate; mystery, permessage-deflate; client_max_window_bits",
            })
    void anOfferThatCanBeKeptIsAccepted(String offer) {
        assertThat(PerMessageDeflate.negotiate(List.of(offer))).isEqualTo(ACCEPTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "permessage",
                "permessage-deflate; server_max_window_bits=14",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; server_max_window_bits=015",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; client_max_window_bits=7",
                "permessage-deflate; client_max_window_bits=99999999999",
                "permessage-deflate; client_max_window_bits=",
                "permessage-deflate; client_max_window_bits=\"15",
                "permessage-deflate; client_max_window_bits; client_max_window_bits",
                "permessage-deflate; client_max_window_bits; Client_Max_Window_Bits=9",
                "permessage-deflate; server_no_context_takeover=true",
                "permessage-deflate; client_no_context_takeover=15",
                "permessage-deflate; mystery",
                "permessage-deflate;",
                "permessage-deflate client_max_window_bits",
                "permessage-deflate; =15",
                "@permessage-deflate",
            })
    void anyOtherOfferIsDeclined(String offer) {
        assertThat(PerMessageDeflate.negotiate(List.of(offer))).isNull();
    }

    @Test
    void anOfferedServerWindowOf15IsRepeated() {
        assertThat(PerMessageDeflate.negotiate(
                        List.of("permessage-deflate; server_max_window_bits=15")))
                .isEqualTo(ACCEPTED + "; server_max_window_bits=15");
    }

    @Test
    void offersMayStandInSeveralHeaders() {
        assertThat(PerMessageDeflate.negotiate(List.of("foo", "permessage-deflate")))
                .isEqualTo(ACCEPTED);
        assertThat(PerMessageDeflate.negotiate(List.of("broken; ;", "permessage-deflate")))
                .isEqualTo(ACCEPTED);
        assertThat(PerMessageDeflate.negotiate(List.of())).isNull();
    }

    @Test
    void onlyAFewOffersAreLookedAt() {
        List<String> many = Collections.nCopies(16, "foo");

        assertThat(PerMessageDeflate.negotiate(
                        List.of(String.join(",", many) + ", permessage-deflate")))
                .isNull();
    }
}
