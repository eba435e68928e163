package io.holdfast.server.dialect.deepstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
                .isEqualTo(new DeepstreamMessage.AppReady("cam 7", false, 0, 0, 0));
        assertThat(read("{'type':'app_ready','instance_id':'c','reconnection':true,"
                        + "'last_close_code':1006,'config':{'a':1}}"))
                .isEqualTo(new DeepstreamMessage.AppReady("c", true, 1006, 90, 97));
        assertThat(read("{'type':'app_terminated','request_id':'r','status':'OK','message':'m'}"))
                .isEqualTo(new DeepstreamMessage.AppTerminated("r", "OK"));
        assertThat(read("{'type':'app_terminated','status':7}"))
                .isEqualTo(new DeepstreamMessage.AppTerminated(null, null));
        assertThat(read("{'type':'auth','token':'t'}")).isEqualTo(new DeepstreamMessage.Auth("t"));
        assertThat(read("{'type':'command_result','request_id':'r','status':'ERROR'}"))
                .isEqualTo(new DeepstreamMessage.CommandResult("r", "ERROR"));
        assertThat(read("{'type':'event','name':'n','data':[]}"))
                .isEqualTo(new DeepstreamMessage.Event(23, 26, 34, 36));
        assertThat(read("{'type':'ping'}")).isEqualTo(new DeepstreamMessage.Ping());
        assertThat(read("{'type':'pong'}")).isEqualTo(new DeepstreamMessage.Pong());
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
                "{'type':'event','name':1,'data':1}"
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
