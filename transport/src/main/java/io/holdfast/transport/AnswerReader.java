package io.holdfast.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Sends an HTTP request and reads the whole answer, as far as it makes sense to. */
final class AnswerReader extends SimpleChannelInboundHandler<FullHttpResponse> {
    /** A health page with its thousand clients has some hundred kilobytes. */
    static final int MAX_BODY_BYTES = 1 << 20;

    /** Hears of the answer, or that there is none; more than once perhaps. On the loop. */
    interface Listener {
        void answered(HttpAnswer answer);

        void broken(String reason, @Nullable Throwable cause);
    }

    private final Listener listener;

    private AnswerReader(Listener listener) {
        this.listener = listener;
    }

    /** @param waiting the last handler of a connection that is ready; it is replaced */
    static void ask(ChannelHandlerContext waiting, byte[] request, Listener listener) {
        ChannelPipeline pipeline = waiting.pipeline();
        pipeline.addLast(
                new HttpResponseDecoder(), new Whole(listener), new AnswerReader(listener));
        pipeline.remove(waiting.handler());
        pipeline.writeAndFlush(Unpooled.wrappedBuffer(request));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse answer) {
        if (answer.decoderResult().isFailure()) {
            listener.broken("the answer is not HTTP", answer.decoderResult().cause());
        } else {
            listener.answered(new HttpAnswer(
                    answer.status().code(), answer.content().toString(StandardCharsets.UTF_8)));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        listener.broken("the connection ended before the whole answer had come", null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        listener.broken("the connection failed before the whole answer had come", cause);
    }

    /** Puts the parts of an answer together. */
    private static final class Whole extends HttpObjectAggregator {
        private final Listener listener;

        Whole(Listener listener) {
            super(MAX_BODY_BYTES);
            this.listener = listener;
        }

        @Override
        protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage tooLong) {
            listener.answered(new HttpAnswer(((HttpResponse) tooLong).status().code(), ""));
        }
    }
}
