package io.holdfast.server.dialect.bot;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.outbox.Priority;
import io.holdfast.protocol.stream.StreamName;
import io.holdfast.server.connection.Core;
import io.holdfast.server.dialect.ErrorCode;
import io.holdfast.server.dialect.RoomMember;
import io.holdfast.server.json.JsonText;
import io.holdfast.server.metrics.ErrorKind;
import io.holdfast.server.room.Acceptance;
import io.holdfast.server.room.Joined;
import io.holdfast.server.room.Subscription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a bot is told what happens, in the words of its dialect. */
abstract class BotVoice extends RoomMember {
    /** An error that says why the connection ends. */
    record LastWord(BotError error, String message, long retryAfterSeconds) {}

    private @Nullable LastWord lastWord;

    BotVoice(Core core, String remote) {
        super(core, BotDialect.NAME, remote, false);
    }

    @Override
    public boolean tellShutdown(long reconnectAfterSeconds, long timeoutSeconds) {
        JsonText out = loop().text();
        BotMessages.serverShutdown(out, BotDialect.SHUTDOWN_REASON, reconnectAfterSeconds);
        return send(Priority.CRITICAL, out);
    }

    @Override
    public boolean receive(byte[] text) {
        byte[] spelled = BotForm.of(text);
        return send(Priority.HIGH, spelled, 0, spelled.length);
    }

    @Override
    public void freshToken(String token) {
        JsonText out = loop().text();
        BotMessages.sessionToken(out, token, core().config().auth().sessionTokenTtl());
        send(Priority.HIGH, out);
    }

    @Override
    protected void joined(Subscription subscription, Joined joined) {
        if (resumes()) {
            JsonText out = loop().text();
            BotMessages.joined(out, subscription.id(), subscription.stream(), joined);
            send(Priority.HIGH, out);
        } else if (subscription.wasAsked()) {
            acknowledge(subscription.id());
        }
    }

    @Override
    protected void published(@Nullable String id, String stream, long seq, Acceptance how) {
        if (id == null) {
            return;
        }
        JsonText out = loop().text();
        String status = how == Acceptance.QUEUED ? "queued" : "ok";
        BotMessages.ack(out, id, status, stream, resumes() ? seq : 0);
        send(Priority.HIGH, out);
    }

    @Override
    protected void acknowledge(@Nullable String id) {
        JsonText out = loop().text();
        BotMessages.ack(out, id);
        send(Priority.HIGH, out);
    }

    @Override
    protected final void error(
            ErrorCode code, String message, @Nullable String id, long retryAfterSeconds) {
        if (code == ErrorCode.BAD_MESSAGE) {
            loop().metrics().count(ErrorKind.BAD_MESSAGE);
        }
        JsonText out = loop().text();
        BotMessages.error(out, BotError.of(code), message, id, retryAfterSeconds);
        send(Priority.HIGH, out);
    }

    @Override
    protected void present(String room, List<String> clients, int count, @Nullable String id) {
        JsonText out = loop().text();
        BotMessages.presence(out, room, clients, count, id);
        send(Priority.HIGH, out);
    }

    @Override
    protected void sendGap(String stream, long from, long to) {
        JsonText out = loop().text();
        BotMessages.gap(out, stream, from, to);
        send(StreamName.isPersonal(stream) ? Priority.HIGH : Priority.NORMAL, out);
    }

    final boolean send(Priority priority, JsonText out) {
        return send(priority, out.bytes(), 0, out.length());
    }

    /** Ends the connection with an error that says why. */
    final void end(BotError error, String message, CloseCode code) {
        if (error == BotError.BAD_MESSAGE) {
            loop().metrics().count(ErrorKind.BAD_MESSAGE);
        }
        end(new LastWord(error, message, 0), code);
    }

    final void end(LastWord word, CloseCode code) {
        lastWord = word;
        if (!isSeated()) {
            core().log().refused(this, code.code(), word.message());
        }
        close(code, word.message());
    }

    @Override
    protected final void sayGoodbye(int code, String reason) {
        if (code == CloseCode.PING_TIMEOUT.code()) {
            // Nobody is there to hear it.
            wire().cut();
            return;
        }
        LastWord word = lastWord == null ? wordFor(code, reason) : lastWord;
        if (word != null && lastWord == null && !isSeated()) {
            core().log().refused(this, code, word.message());
        }
        if (word != null) {
            JsonText out = loop().text();
            BotMessages.error(out, word.error(), word.message(), null, word.retryAfterSeconds());
            wire().sendText(out.bytes(), 0, out.length());
            countSent(1);
        }
        wire().sendClose(code, reason);
    }

    /** What a close for that reason is worth saying; null for nothing. */
    abstract @Nullable LastWord wordFor(int code, String reason);
}
