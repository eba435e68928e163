package io.holdfast.protocol.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.proxy.ProxyHeader.Malformed;
import io.holdfast.protocol.proxy.ProxyHeader.Relayed;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** However the bytes were cut, and whatever they are. */
class ProxyHeaderCuttingTest {
    private static final int ROUNDS = 20_000;

    static final List<byte[]> CORPUS = List.of(
            ProxyWire.line("TCP4 192.0.2.1 198.51.100.2 56324 443"),
            ProxyWire.line("TCP6 2001:db8::1 ::ffff:1.2.3.4 1 65535"),
            ProxyWire.line("UNKNOWN whatever"),
            ProxyWire.line("TCP4 999.0.2.1 198.51.100.2 56324 443"),
            ProxyWire.ascii("PROXY UNKNOWN " + "x".repeat(150)),
            ProxyWire.block(0x21, 0x11, new byte[50]),
            ProxyWire.block(0x21, 0x21, new byte[36]),
            ProxyWire.block(0x21, 0x31, new byte[300]),
            ProxyWire.block(0x20, 0x00, new byte[0]),
            ProxyWire.block(0x21, 0x11, new byte[5]));

    /** What the header said, and where the relayed bytes begin in all of the input. */
    private record Outcome(String header, int consumed) {}

    private static Outcome run(byte[] input, int... places) {
        ProxyHeaderDecoder decoder = new ProxyHeaderDecoder();
        int[] ends = Arrays.copyOf(places, places.length + 1);
        ends[places.length] = input.length;
        int from = 0;
        for (int to : ends) {
            int end = decoder.decode(input, from, to);
            if (decoder.header() instanceof Malformed) {
                return new Outcome(decoder.header().toString(), input.length);
            }
            if (decoder.header() != null) {
                return new Outcome(decoder.header().toString(), end);
            }
            assertThat(end).isEqualTo(to);
            from = to;
        }
        return new Outcome("none yet", input.length);
    }

    private static byte[] followed(byte[] header) {
        byte[] input = Arrays.copyOf(header, header.length + 4);
        Arrays.fill(input, header.length, input.length, (byte) '\n');
        return input;
    }

    @ParameterizedTest
    @FieldSource("CORPUS")
    void aCutAtAnyByteChangesNothing(byte[] header) {
        byte[] input = followed(header);
        Outcome whole = run(input);
        for (int cut = 0; cut <= input.length; cut++) {
            assertThat(run(input, cut)).as("cut at %d", cut).isEqualTo(whole);
        }
        int[] everywhere = new int[input.length];
        Arrays.setAll(everywhere, i -> i);
        assertThat(run(input, everywhere)).isEqualTo(whole);
    }

    @ParameterizedTest
    @FieldSource("CORPUS")
    void aTruncatedHeaderSaysNothingOrIsMalformed(byte[] header) {
        boolean good = !run(header).header.startsWith("Malformed");
        for (int length = 0; good && length < header.length; length++) {
            assertThat(run(Arrays.copyOf(header, length)))
                    .isEqualTo(new Outcome("none yet", length));
        }
        assertThat(run(header).header).isNotEqualTo("none yet");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void randomAddressesArriveAsSentInBothVersions(long seed) throws UnknownHostException {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS / 10; round++) {
            boolean ipv4 = random.nextBoolean();
            Relayed sent = new Relayed(
                    randomAddress(random, ipv4),
                    random.nextInt(65_536),
                    randomAddress(random, ipv4),
                    random.nextInt(65_536));
            String text = (ipv4 ? "TCP4 " : "TCP6 ") + sent.source().getHostAddress() + " "
                    + sent.destination().getHostAddress() + " " + sent.sourcePort() + " "
                    + sent.destinationPort();
            byte[] source = sent.source().getAddress();
            byte[] block = ByteBuffer.allocate(2 * source.length + 4 + random.nextInt(30))
                    .put(source)
                    .put(sent.destination().getAddress())
                    .putShort((short) sent.sourcePort())
                    .putShort((short) sent.destinationPort())
                    .array();
            byte[] line = ProxyWire.line(text);
            byte[] binary = ProxyWire.block(0x21, ipv4 ? 0x11 : 0x21, block);
            String where = "seed %d round %d".formatted(seed, round);
            assertThat(run(followed(line), random.nextInt(line.length)))
                    .as(where)
                    .isEqualTo(new Outcome(sent.toString(), line.length));
            assertThat(run(followed(binary), random.nextInt(binary.length)))
                    .as(where)
                    .isEqualTo(new Outcome(sent.toString(), binary.length));
        }
    }

    /** Never one that Java would turn into IPv4, and with runs of zeros now and then. */
    private static InetAddress randomAddress(Random random, boolean ipv4)
            throws UnknownHostException {
        byte[] address = new byte[ipv4 ? 4 : 16];
        random.nextBytes(address);
        address[0] |= 1;
        Arrays.fill(address, 1, random.nextInt(1, address.length), (byte) 0);
        return InetAddress.getByAddress(address);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12})
    void randomBytesAndMutationsHarmNobody(long seed) {
        Random random = new Random(seed);
        int malformed = 0;
        int fine = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] input = followed(CORPUS.get(random.nextInt(CORPUS.size())));
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                int at = random.nextInt(Math.min(60, input.length));
                input[at] = (byte) (random.nextBoolean() ? random.nextInt() : input[at] ^ 1);
            }
            if (random.nextInt(10) == 0) {
                random.nextBytes(input);
            }
            int cut = random.nextInt(input.length);
            Outcome whole = run(input);
            assertThat(run(input, cut)).as("seed %d round %d", seed, round).isEqualTo(whole);
            malformed += whole.header.startsWith("Malformed") ? 1 : 0;
            fine += whole.header.startsWith("Relayed") ? 1 : 0;
        }
        assertThat(malformed).isGreaterThan(ROUNDS / 10);
        assertThat(fine).isGreaterThan(ROUNDS / 50);
    }
}
