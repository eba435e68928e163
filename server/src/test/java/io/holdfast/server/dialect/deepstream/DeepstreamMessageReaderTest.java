package io.holdfast.server.dialect.deepstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.stream.Position;
import io.holdfast.server.connection.Hello;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeepstreamMessageReaderTest {
    private final DeepstreamMessageReader reader = new DeepstreamMessageReader(4, 200);

    /** In the texts ' stands for ". */
    private DeepstreamMessage read(String text) {
        byte[] bytes = text.replace('\'', '"').getBytes(UTF_8);
        return reader.read(bytes, 0, bytes.length);
    }

    @Test
    void everyMessageOfTheTableIsRead() {
        assertThat(read("{'type':'app_ready','instance_id':'cam 7'}"))
                .isEqualTo(new DeepstreamMessage.AppReady("cam 7", false, 0, 0, 0, Hello.EMPTY));
        assertThat(read("{'type':'app_ready','instance_id':'c','reconnection':true,"
                        + "'last_close_code':1006,'config':{'a':1}}"))
                .isEqualTo(new DeepstreamMessage.AppReady("c", true, 1006, 90, 97, Hello.EMPTY));
        assertThat(read("{'type':'app_terminated','request_id':'r','status':'OK','message':'m'}"))
                .isEqualTo(new DeepstreamMessage.AppTerminated("r", "OK"));
        assertThat(read("{'type':'app_terminated','status':7}"))
                .isEqualTo(new DeepstreamMessage.AppTerminated(null, null));
        assertThat(read("{'type':'auth','token':'t'}")).isEqualTo(new DeepstreamMessage.Auth("t"));
        assertThat(read("{'type':'command_result','request_id':'r','status':'ERROR'}"))
                .isEqualTo(new DeepstreamMessage.CommandResult("r", "ERROR"));
        assertThat(read("{'type':'event','name':'n','data':[]}"))
                .isEqualTo(new DeepstreamMessage.Event(23, 26, 34, 36, null));
        assertThat(read("{'type':'ping'}")).isEqualTo(new DeepstreamMessage.Ping());
        assertThat(read("{'type':'pong'}")).isEqualTo(new DeepstreamMessage.Pong());
    }

    @Test
    void anAppThatComesBackSaysSoInItsAppReady() {
        assertThat(read("{'type':'app_ready','instance_id':'c','session_token':'t',"
                        + "'positions':{'@c':{'epoch':'e','seq':7}}}"))
                .isEqualTo(new DeepstreamMessage.AppReady(
                        "c",
                        false,
                        0,
                        0,
                        0,
                        new Hello("t", Map.of("@c", new Position("e", 7)), false)));
    }

    @Test
    void anEventMayHaveAnIdToBeAckedBy() {
        assertThat(read("{'type':'event','name':'n','data':[],'id':'7'}"))
                .isEqualTo(new DeepstreamMessage.Event(23, 26, 34, 36, "7"));
        assertThat(read("{'type':'event','name':'n','data':[],'id':null}"))
                .isEqualTo(new DeepstreamMessage.Event(23, 26, 34, 36, null));
        assertThat(read("{'type':'event','name':'n','data':[],'id':'" + "i".repeat(65) + "'}"))
                .isInstanceOf(DeepstreamMessage.Bad.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'app_ready'}",
                "{'type':'app_ready','instance_id':''}",
                "{'type':'app_ready','instance_id':7}",
                "{'type':'app_ready','instance_id':'a\\u0007'}"
            })
    void anInstanceIdThatCannotBeOneIsNamedAsSuch(String text) {
        assertThat(read(text)).isEqualTo(new DeepstreamMessage.BadInstanceId());
    }

    @Test
    void anInstanceIdHasAtMost128Characters() {
        String ready = "{'type':'app_ready','instance_id':'%s'}";
        assertThat(read(ready.formatted("i".repeat(128))))
                .isInstanceOf(DeepstreamMessage.AppReady.class);
        assertThat(read(ready.formatted("i".repeat(129))))
                .isEqualTo(new DeepstreamMessage.BadInstanceId());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "[]",
                "{}",
                "{'type':1}",
                "{'type':'terminate_app'}",
                "{'type':'ping','type':'pong'}",
                "{'type':'app_ready','instance_id':'c','reconnection':'yes'}",
                "{'type':'app_ready','instance_id':'c','last_close_code':5000}",
                "{'type':'app_ready','instance_id':'c','last_close_code':-1}",
                "{'type':'app_ready','instance_id':'c','last_close_code':'x'}",
                "{'type':'app_ready','instance_id':'c','config':[]}",
                "{'type':'auth'}",
                "{'type':'command_result','request_id':'r','status':'ok'}",
                "{'type':'command_result','status':'OK'}",
                "{'type':'event','name':'n'}",
                "{'type':'event','name':1,'data':1}",
                "{'type':'event','name':'n','data':1,'id':7}",
                "{'type':'event','name':'n','data':1,'id':''}",
                "{'type':'app_ready','instance_id':'c','session_token':7}",
                "{'type':'app_ready','instance_id':'c','positions':[]}"
            })
    void aMessageWithWrongFieldsIsAnError(String text) {
        assertThat(read(text)).isInstanceOf(DeepstreamMessage.Bad.class);
    }

    @Test
    void jsonBeyondALimitIsNoOtherError() {
        assertThat(read("{'type':'ping','x':[[[[]]]]}"))
                .isInstanceOf(DeepstreamMessage.OverLimit.class);
        assertThat(read("{'type':'auth','token':'" + "t".repeat(201) + "'}"))
                .isInstanceOf(DeepstreamMessage.OverLimit.class);
    }
}
