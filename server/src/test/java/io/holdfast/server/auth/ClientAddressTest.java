package io.holdfast.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.server.config.Cidr;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientAddressTest {

    private static final ClientAddress BEHIND_PROXIES = trusting("10.0.0.0/8", "2001:db8::/32");

    @Test
    void withoutTrustedProxiesTheHeaderIsNotEvenRead() {
        assertThat(trusting().resolve(address("203.0.113.9"), List.of("1.1.1.1")))
                .isEqualTo(address("203.0.113.9"));
    }

    @ParameterizedTest(name = "{0} with {1} is {2}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        203.0.113.9 | 1.1.1.1                   | 203.0.113.9
        10.0.0.1    | -                         | 10.0.0.1
        10.0.0.1    | 198.51.100.7              | 198.51.100.7
        10.0.0.1    | 1.1.1.1, 198.51.100.7     | 198.51.100.7
        10.0.0.1    | 1.1.1.1,198.51.100.7,10.9.9.9 | 198.51.100.7
        10.0.0.1    | 10.0.0.5, 10.0.0.6        | 10.0.0.5
        10.0.0.1    | 10.0.0.5, 1.1.1.1, 10.0.0.6 | 1.1.1.1
        10.0.0.1    | unknown                   | 10.0.0.1
        10.0.0.1    | 1.1.1.1, unknown          | 10.0.0.1
        10.0.0.1    | 1.1.1.1, unknown, 10.0.0.6 | 10.0.0.6
        10.0.0.1    | 1.1.1.1,                  | 10.0.0.1
        10.0.0.1    | ,                         | 10.0.0.1
        10.0.0.1    | ''                        | 10.0.0.1
        10.0.0.1    | example.com               | 10.0.0.1
        10.0.0.1    | 1.1                       | 10.0.0.1
        10.0.0.1    | 0x7f.0.0.1                | 10.0.0.1
        10.0.0.1    | 256.1.1.1                 | 10.0.0.1
        10.0.0.1    | 198.51.100.7:4711         | 198.51.100.7
        10.0.0.1    | [2001:db9::1]:443         | 2001:db9::1
        10.0.0.1    | [2001:db9::1              | 10.0.0.1
        10.0.0.1    | 2001:db8::5               | 2001:db8::5
        10.0.0.1    | fe80::1%eth0              | 10.0.0.1
        10.0.0.1    | ::ffff:198.51.100.7       | 198.51.100.7
        2001:db8::1 | 198.51.100.7              | 198.51.100.7
        """)
    void theRightMostUntrustedHopIsTheClient(String peer, String header, String client) {
        List<String> headers = header == null ? List.of() : List.of(header);
        assertThat(BEHIND_PROXIES.resolve(address(peer), headers)).isEqualTo(address(client));
    }

    @Test
    void severalHeadersAreOneList() {
        assertThat(BEHIND_PROXIES.resolve(
                        address("10.0.0.1"), List.of("1.1.1.1, 198.51.100.7", "10.0.0.2")))
                .isEqualTo(address("198.51.100.7"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nothingThatAClientWritesChangesTheAddressItsProxySaw(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String alphabet = "0123456789.,: []abcdef%x\t\u0000é";
        for (int i = 0; i < 2_000; i++) {
            StringBuilder forged = new StringBuilder();
            for (int n = random.nextInt(60); n > 0; n--) {
                forged.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(BEHIND_PROXIES.resolve(
                            address("10.0.0.1"), List.of(forged + ", 198.51.100.7")))
                    .isEqualTo(address("198.51.100.7"));
        }
    }

    @Test
    void anEndlessListIsCutShort() {
        String chain = "1.1.1.1, " + "10.0.0.2, ".repeat(100_000) + "10.0.0.3";
        assertThat(BEHIND_PROXIES.resolve(address("10.0.0.1"), List.of(chain)))
                .isEqualTo(address("10.0.0.2"));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,10.255.255.255,true",
        "10.0.0.0/8,11.0.0.0,false",
        "10.1.2.3/32,10.1.2.3,true",
        "10.1.2.3,10.1.2.4,false",
        "192.168.1.128/25,192.168.1.127,false",
        "192.168.1.128/25,192.168.1.128,true",
        "0.0.0.0/0,203.0.113.9,true",
        "0.0.0.0/0,::1,false",
        "2001:db8::/33,2001:db8:8000::1,false",
        "2001:db8::/33,2001:db8:7fff::1,true"
    })
    void aBlockContainsWhatSharesItsPrefix(String block, String address, boolean inside) {
        assertThat(Objects.requireNonNull(Cidr.parse(block)).contains(address(address)))
                .isEqualTo(inside);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/8",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "::/129",
                "10/8",
                "a/8",
                "10.0.0.0/8/8",
                "10.0.0.0/08888",
                "localhost"
            })
    void whatIsNoBlockIsRefused(String text) {
        assertThat(Cidr.parse(text)).isNull();
    }

    private static ClientAddress trusting(String... blocks) {
        return new ClientAddress(Stream.of(blocks)
                .map(b -> Objects.requireNonNull(Cidr.parse(b)))
                .toList());
    }

    private static InetAddress address(String literal) {
        return Objects.requireNonNull(Cidr.literal(literal), literal);
    }
}
