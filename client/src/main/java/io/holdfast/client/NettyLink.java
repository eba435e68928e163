package io.holdfast.client;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.Limits;
import io.holdfast.protocol.reconnect.Ending;
import io.holdfast.protocol.websocket.OpeningHandshake;
import io.holdfast.transport.ClientConnector;
import io.holdfast.transport.ClientHandler;
import io.holdfast.transport.ClientLoop;
import io.holdfast.transport.TcpWire;
import io.holdfast.transport.Wire;

import org.jspecify.annotations.Nullable;

/** One real connection. On the loop only. */
final class NettyLink implements Link, ClientHandler {
    private final ClientLoop loop;
    private final LinkListener listener;
    private @Nullable ClientConnector connector;
    private @Nullable Wire wire;
    private boolean resume;
    /** Whether our close frame is on its way. */
    private boolean saidGoodbye;

    private boolean ended;
    private Runnable stopGrace = () -> {};

    NettyLink(ClientLoop loop, LinkListener listener) {
        this.loop = loop;
        this.listener = listener;
    }

    void connecting(ClientConnector with) {
        connector = with;
    }

    boolean isCut() {
        return ended;
    }

    // What the driver asks for.

    @Override
    public void send(byte[] utf8) {
        if (wire != null && !saidGoodbye) {
            wire.sendText(utf8, 0, utf8.length);
        }
    }

    @Override
    public void ping() {
        if (wire != null && !saidGoodbye && !(wire instanceof TcpWire)) {
            wire.sendPing();
        }
    }

    @Override
    public void goodbye(int code, String reason) {
        if (wire != null && !saidGoodbye) {
            saidGoodbye = true;
            wire.reading(true);
            wire.sendClose(code, reason);
        }
    }

    @Override
    public void refuse(int code, String reason) {
        violation(code, reason);
    }

    @Override
    public void cut() {
        ended = true;
        if (connector != null) {
            connector.cancel();
        }
        if (wire != null) {
            wire.cut();
        }
    }

    @Override
    public void reading(boolean on) {
        if (wire != null) {
            wire.reading(on);
        }
    }

    @Override
    public void speakFrames(boolean gzip) {
        if (wire instanceof TcpWire tcp) {
            tcp.receiveFrames();
            tcp.sendFrames(gzip);
        }
    }

    @Override
    public long unwrittenBytes() {
        return wire == null ? 0 : wire.unwrittenBytes();
    }

    // What the wire tells.

    @Override
    public void agreed(@Nullable String subprotocol) {
        resume = OpeningHandshake.SUBPROTOCOL.equals(subprotocol);
    }

    @Override
    public void opened(Wire open) {
        wire = open;
        if (ended) {
            open.cut();
        } else {
            listener.opened(resume || open instanceof TcpWire);
        }
    }

    @Override
    public void text(byte[] bytes, int from, int to) {
        if (!ended) {
            listener.text(bytes, from, to);
        }
    }

    @Override
    public void binary(byte[] bytes, int from, int to) {
        violation(CloseCode.UNSUPPORTED_DATA.code(), "Text frames only");
    }

    @Override
    public void ping(byte[] bytes, int from, int to) {
        if (wire != null && !saidGoodbye && wire.unwrittenBytes() <= PONG_ROOM_BYTES) {
            wire.sendPong(bytes, from, to);
        }
    }

    @Override
    public void pong(byte[] bytes, int from, int to) {
        if (!ended) {
            listener.pong();
        }
    }

    /** Answered with the same code (RFC 6455 section 5.5.1), unless it is the answer to ours. */
    @Override
    public void close(int code, String reason) {
        if (wire != null) {
            if (!saidGoodbye) {
                saidGoodbye = true;
                wire.sendClose(code, "");
            }
            wire.finish();
        }
        end(new Ending.Closed(code, reason), "closed by the server: " + code + " " + reason);
    }

    @Override
    public void violation(int closeCode, String reason) {
        if (wire != null && !ended) {
            if (!saidGoodbye) {
                saidGoodbye = true;
                wire.sendClose(closeCode, reason);
            }
            // What the server still says is read, or a reset would overtake our last words.
            wire.finishWriting();
            stopGrace.run();
            stopGrace = loop.after(Limits.CLOSE_GRACE.toNanos(), wire::cut);
        }
        end(new Ending.ProtocolFault(reason), "the server broke the protocol: " + reason);
    }

    @Override
    public void bytesReceived(int bytes) {
        if (!ended) {
            listener.received(bytes);
        }
    }

    @Override
    public void bytesSent(int bytes) {
        if (!ended) {
            listener.sent(bytes);
        }
    }

    @Override
    public void writable(boolean writable) {
        // What may wait to be written is bounded where it is sent.
    }

    @Override
    public void lost(@Nullable Throwable cause) {
        stopGrace.run();
        end(
                new Ending.Closed(ClientException.ABNORMAL_CLOSURE, ""),
                "the connection ended without a close frame"
                        + (cause == null ? "" : ": " + cause.getMessage()));
    }

    void end(Ending ending, String detail) {
        if (!ended) {
            ended = true;
            listener.ended(ending, detail);
        }
    }
}
