package io.holdfast.protocol.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.proxy.ProxyHeader.Local;
import io.holdfast.protocol.proxy.ProxyHeader.Malformed;
import io.holdfast.protocol.proxy.ProxyHeader.Relayed;
import io.holdfast.protocol.proxy.ProxyHeader.Unknown;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.assertj.core.api.ObjectAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderDecoderTest {

    private static Relayed relayed(String source, int sourcePort, String to, int toPort)
            throws UnknownHostException {
        return new Relayed(
                InetAddress.getByName(source), sourcePort, InetAddress.getByName(to), toPort);
    }

    private static ObjectAssert<?> assertSaid(byte[] wire) {
        ProxyHeaderDecoder decoder = new ProxyHeaderDecoder();
        byte[] followed = Arrays.copyOf(wire, wire.length + 3);
        int end = decoder.decode(followed, 0, followed.length);
        if (!(decoder.header() instanceof Malformed)) {
            assertThat(end).as("where the relayed bytes begin").isEqualTo(wire.length);
        }
        return assertThat(decoder.header());
    }

    private static void assertFault(byte[] wire, ProxyFault fault) {
        assertSaid(wire).isInstanceOfSatisfying(Malformed.class, malformed -> {
            assertThat(malformed.fault()).as(malformed.reason()).isEqualTo(fault);
            assertThat(malformed.reason()).matches("[ -~]+; .+");
        });
    }

    @Test
    void aLineOfVersion1TellsSourceAndDestination() throws UnknownHostException {
        assertSaid(ProxyWire.line("TCP4 192.0.2.1 198.51.100.2 56324 443"))
                .isEqualTo(relayed("192.0.2.1", 56324, "198.51.100.2", 443));
        assertSaid(ProxyWire.line("TCP6 2001:db8::1 ::1 0 65535"))
                .isEqualTo(relayed("2001:db8::1", 0, "::1", 65535));
    }

    @Test
    void theLongestLinesAreTaken() throws UnknownHostException {
        String most = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
        assertSaid(ProxyWire.line("TCP6 " + most + " " + most + " 65535 65535"))
                .isEqualTo(relayed(most, 65535, most, 65535));
        byte[] unknown = ProxyWire.line("UNKNOWN " + most + " " + most + " 65535 65535");
        assertThat(unknown).hasSize(ProxyHeaderDecoder.MAX_V1_BYTES);
        assertSaid(unknown).isEqualTo(new Unknown());
    }

    @Test
    void anIpv4AddressMappedIntoIpv6IsIpv4() throws UnknownHostException {
        assertSaid(ProxyWire.line("TCP6 ::ffff:192.0.2.1 ::1 1 2"))
                .isEqualTo(relayed("192.0.2.1", 1, "::1", 2));
    }

    @Test
    void unknownSaysNothingWhateverFollows() {
        assertSaid(ProxyWire.line("UNKNOWN")).isEqualTo(new Unknown());
        assertSaid(ProxyWire.line("UNKNOWN any thing \0")).isEqualTo(new Unknown());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TCP4 192.0.2.1 198.51.100.2 56324",
                "TCP4 192.0.2.1 198.51.100.2 56324 443 ",
                "TCP4  192.0.2.1 198.51.100.2 56324 443",
                "TCP4 192.0.2 198.51.100.2 56324 443",
                "TCP4 192.0.2.256 198.51.100.2 56324 443",
                "TCP4 192.0.02.1 198.51.100.2 56324 443",
                "TCP4 ::1 ::1 1 2",
                "TCP4 localhost localhost 1 2",
                "TCP4 192.0.2.1 198.51.100.2 65536 443",
                "TCP4 192.0.2.1 198.51.100.2 -1 443",
                "TCP4 192.0.2.1 198.51.100.2 01 443",
                "TCP4 192.0.2.1 198.51.100.2 1 ",
                "TCP6 192.0.2.1 198.51.100.2 1 2",
                "TCP6 1::2::3 ::1 1 2",
                "TCP6 :::1 ::1 1 2",
                "TCP6 1:2:3:4:5:6:7 ::1 1 2",
                "TCP6 1:2:3:4:5:6:7:8:9 ::1 1 2",
                "TCP6 1:2:3:4::5:6:7:8 ::1 1 2",
                "TCP6 12345::1 ::1 1 2",
                "TCP6 g::1 ::1 1 2",
                "TCP6 1.2.3.4::1 ::1 1 2",
                "TCP6 fe80::1%eth0 ::1 1 2",
                "TCP6 1: ::1 1 2",
                "TCP6  ::1 1 2"
            })
    void aLineThatIsNotAsSpecifiedIsMalformed(String line) {
        assertFault(ProxyWire.line(line), ProxyFault.MALFORMED);
    }

    @Test
    void otherProtocolsAreUnsupported() {
        assertFault(ProxyWire.line("UDP4 192.0.2.1 198.51.100.2 1 2"), ProxyFault.UNSUPPORTED);
        assertFault(ProxyWire.line("tcp4 192.0.2.1 198.51.100.2 1 2"), ProxyFault.UNSUPPORTED);
        assertFault(ProxyWire.line(""), ProxyFault.UNSUPPORTED);
    }

    @Test
    void aLineMustEndWithCrLfWithin107Bytes() {
        assertFault(ProxyWire.ascii("PROXY UNKNOWN\n"), ProxyFault.MALFORMED);
        assertFault(ProxyWire.ascii("PROXY UNKNOWN " + "x".repeat(200)), ProxyFault.TOO_LONG);
    }

    @Test
    void aConnectionWithoutAHeaderIsRefusedAtItsFirstWrongByte() {
        assertFault(ProxyWire.ascii("{\"event\""), ProxyFault.NO_HEADER);
        assertFault(ProxyWire.ascii("PROXX"), ProxyFault.NO_HEADER);
        assertFault(ProxyWire.ascii("\r\n\r\nGET"), ProxyFault.NO_HEADER);
    }

    @Test
    void version2TellsSourceAndDestinationAndItsTlvsAreSkipped() throws UnknownHostException {
        byte[] ipv4 = ProxyWire.hex("c0000201 c6336402 dc04 01bb");
        assertSaid(ProxyWire.block(0x21, 0x11, ipv4))
                .isEqualTo(relayed("192.0.2.1", 56324, "198.51.100.2", 443));
        byte[] withTlvs = Arrays.copyOf(ipv4, ProxyHeaderDecoder.MAX_V2_LENGTH);
        assertSaid(ProxyWire.block(0x21, 0x11, withTlvs))
                .isEqualTo(relayed("192.0.2.1", 56324, "198.51.100.2", 443));

        byte[] ipv6 = ProxyWire.hex(
                "20010db8000000000000000000000001" + "00000000000000000000000000000001 ffff 0000");
        assertSaid(ProxyWire.block(0x21, 0x21, ipv6))
                .isEqualTo(relayed("2001:db8::1", 65535, "::1", 0));
    }

    @Test
    void localSaysThatTheProxySpeaksForItselfWhateverFollows() {
        assertSaid(ProxyWire.block(0x20, 0x00, new byte[0])).isEqualTo(new Local());
        assertSaid(ProxyWire.block(0x20, 0x11, new byte[12])).isEqualTo(new Local());
        assertSaid(ProxyWire.block(0x20, 0xFF, new byte[3])).isEqualTo(new Local());
    }

    @Test
    void unspecifiedAndUnixSourcesAreUnknown() {
        assertSaid(ProxyWire.block(0x21, 0x00, new byte[7])).isEqualTo(new Unknown());
        assertSaid(ProxyWire.block(0x21, 0x31, new byte[216])).isEqualTo(new Unknown());
    }

    @Test
    void version2IsCheckedByItsFirst16Bytes() {
        byte[] ipv4 = new byte[12];
        assertFault(ProxyWire.block(0x11, 0x11, ipv4), ProxyFault.UNSUPPORTED);
        assertFault(ProxyWire.block(0x22, 0x11, ipv4), ProxyFault.UNSUPPORTED);
        assertFault(ProxyWire.block(0x21, 0x41, ipv4), ProxyFault.UNSUPPORTED);
        assertFault(ProxyWire.block(0x21, 0x13, ipv4), ProxyFault.UNSUPPORTED);
        assertFault(ProxyWire.block(0x21, 0x11, new byte[11]), ProxyFault.MALFORMED);
        assertFault(ProxyWire.block(0x21, 0x21, new byte[35]), ProxyFault.MALFORMED);
        assertFault(ProxyWire.block(0x21, 0x31, new byte[215]), ProxyFault.MALFORMED);
        assertFault(ProxyWire.block(0x21, 0x11, new byte[4_097]), ProxyFault.TOO_LONG);
    }
}
