package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.Closed;
import io.holdfast.conformance.client.Frame;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each violation is closed with, and that it is its sender's affair alone. */
class CloseCodesIT {
    @RegisterExtension
    static final RunningServer server = RunningServer.with(Settings.QUIET);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ws/two%20words",
                "/ws/",
                "/ws/%D0%B0%D0%BD%D0%BD",
                "/ws/dot.ted",
                "/ws/a%2Fb",
                "/ws/a%00b",
                "/ws/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            })
    void anInvalidClientIdIsClosedWith1003(String path) {
        var closed = server.rawWebSocket(path).awaitClose();

        assertThat(closed).isEqualTo(new Closed(1003, "Invalid client ID"));
    }

    @Test
    void anIdOf64CharactersIsValid() {
        var id = "a_-Z0".repeat(13).substring(0, 64);

        assertThat(server.join(id).everythingUntilPong()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ws/ann", "/deepstream/ws"})
    void aBinaryFrameIsClosedWith1003(String path) {
        var client = server.open(path);
        client.sendBinary(new byte[] {1, 2, 3});

        assertThat(client.inbox().awaitClose().code()).isEqualTo(1003);
    }

    @Test
    void textThatIsNotUtf8IsClosedWith1007() {
        var client = server.rawJoin("ann");
        client.send(new Frame(true, 0, Frame.TEXT, new byte[] {'a', (byte) 0xc0, (byte) 0xaf})
                .masked());

        assertThat(client.awaitClose().code()).isEqualTo(1007);
    }

    @Test
    void textThatStopsInsideACharacterIsClosedWith1007() {
        var client = server.rawJoin("ann");
        client.send(new Frame(true, 0, Frame.TEXT, new byte[] {(byte) 0xf0, (byte) 0x9f}).masked());

        assertThat(client.awaitClose().code()).isEqualTo(1007);
    }

    @Test
    void aCharacterMayBeSplitOverFragments() {
        var smile = "\"😀\"".getBytes(UTF_8);
        var bob = server.join("bob");
        var ann = server.rawJoin("ann");
        // Then the lobby delivers to him: his welcome alone does not say so.
        bob.next("client_connected");
        for (var i = 0; i < smile.length; i++) {
            var opcode = i == 0 ? Frame.TEXT : Frame.CONTINUATION;
            ann.send(new Frame(i == smile.length - 1, 0, opcode, new byte[] {smile[i]}).masked());
        }

        assertThat(bob.next("message").path("data").asString()).isEqualTo("😀");
    }

    @Test
    void aMessageOverTheLimitIsClosedWith1009() {
        var client = server.rawJoin("ann");
        client.sendInBackground(Frame.text("x".repeat((1 << 20) + 1)).masked());

        assertThat(client.awaitClose().code()).isEqualTo(1009);
    }

    @Test
    void theAnnouncementOfAHugeFrameIsEnoughFor1009() {
        var client = server.rawJoin("ann");
        client.send(
                new byte[] {(byte) 0x81, (byte) 0xff, 0x7f, -1, -1, -1, -1, -1, -1, -1, 1, 2, 3, 4
                });

        assertThat(client.awaitClose().code()).isEqualTo(1009);
    }

    @Test
    void fragmentsThatAddUpOverTheLimitAreClosedWith1009() {
        var client = server.rawJoin("ann");
        var part = "x".repeat(600_000).getBytes(UTF_8);
        var both = new ByteArrayOutputStream();
        both.writeBytes(new Frame(false, 0, Frame.TEXT, part).masked());
        both.writeBytes(new Frame(true, 0, Frame.CONTINUATION, part).masked());
        client.sendInBackground(both.toByteArray());

        assertThat(client.awaitClose().code()).isEqualTo(1009);
    }

    @Test
    void anUnmaskedFrameIsAProtocolError() {
        var client = server.rawJoin("ann");
        client.send(Frame.text("naked").unmasked());

        assertThat(client.awaitClose().code()).isEqualTo(1002);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 11, 15})
    void anUnknownOpcodeIsAProtocolError(int opcode) {
        var client = server.rawJoin("ann");
        client.send(new Frame(true, 0, opcode, new byte[0]).masked());

        assertThat(client.awaitClose().code()).isEqualTo(1002);
    }

    @Test
    void compressionThatWasNotAgreedOnIsAProtocolError() {
        var client = server.rawJoin("ann");
        client.send(new Frame(true, Frame.COMPRESSED, Frame.TEXT, new byte[] {1, 2}).masked());

        assertThat(client.awaitClose().code()).isEqualTo(1002);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 2999, 5000})
    void aCloseCodeThatMustNotBeSentIsAProtocolError(int code) {
        var client = server.rawJoin("ann");
        client.send(Frame.close(code).masked());

        assertThat(client.awaitClose().code()).isEqualTo(1002);
    }

    @Test
    void whatFollowsACloseFrameIsNotRead() {
        var bob = server.join("bob");
        var ann = server.rawJoin("ann");
        bob.next("client_connected");
        ann.send(Frame.close(1000).masked()).sendText("\"too late\"");

        assertThat(ann.awaitClose().code()).isEqualTo(1000);
        assertThat(type(bob.next())).isEqualTo("client_disconnected");
    }

    @Test
    void theServerEndsTheConnectionAfterItsCloseFrame() {
        var client = server.rawJoin("ann");
        client.send(Frame.close(1000).masked());

        assertThat(client.awaitClose().code()).isEqualTo(1000);
        assertThat(client.readToEnd()).isEmpty();
    }
}
