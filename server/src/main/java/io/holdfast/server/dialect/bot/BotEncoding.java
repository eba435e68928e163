package io.holdfast.server.dialect.bot;

import io.holdfast.protocol.line.LengthPrefixedEncoder;
import io.holdfast.server.room.Encoding;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import java.util.function.IntFunction;

/** How rooms lay out messages for bots: as lines, as frames, or as frames that may be compressed. */
sealed interface BotEncoding extends Encoding {
    /** Bytes; a frame's length and flags (spec: dialect-bot, "Compression"). */
    int FRAME_HEADER = 5;

    /** Lines. */
    final class Lines implements BotEncoding {
        @Override
        public int maxLength(int textLength) {
            return BotForm.maxLength(textLength) + 1;
        }

        @Override
        public void write(ByteBuf out, byte[] bytes, int head, int body, int end, int loop) {
            BotForm.write(out, bytes, head, body, end);
            out.writeByte('\n');
        }
    }

    /** Frames without compression. */
    final class Frames implements BotEncoding {
        @Override
        public int maxLength(int textLength) {
            return FRAME_HEADER + BotForm.maxLength(textLength);
        }

        @Override
        public void write(ByteBuf out, byte[] bytes, int head, int body, int end, int loop) {
            int start = out.writerIndex();
            out.writeInt(0).writeByte(0);
            BotForm.write(out, bytes, head, body, end);
            // The length counts the flags.
            out.setInt(start, out.writerIndex() - start - Integer.BYTES);
        }
    }

    /** Frames, of which those with much text are compressed where that pays. */
    final class GzipFrames implements BotEncoding {
        private final Frames plain = new Frames();
        private final IntFunction<LengthPrefixedEncoder> encoders;

        /** @param encoders by the index of the loop */
        GzipFrames(IntFunction<LengthPrefixedEncoder> encoders) {
            this.encoders = encoders;
        }

        @Override
        public int maxLength(int textLength) {
            return plain.maxLength(textLength);
        }

        @Override
        public void write(ByteBuf out, byte[] bytes, int head, int body, int end, int loop) {
            if (BotForm.maxLength(end - head)
                    <= LengthPrefixedEncoder.COMPRESSION_THRESHOLD_BYTES) {
                plain.write(out, bytes, head, body, end, loop);
                return;
            }
            ByteBuf text = ByteBufAllocator.DEFAULT.heapBuffer(BotForm.maxLength(end - head));
            try {
                BotForm.write(text, bytes, head, body, end);
                int from = text.arrayOffset() + text.readerIndex();
                int to = from + text.readableBytes();
                out.writeBytes(encoders.apply(loop).encode(text.array(), from, to));
            } finally {
                text.release();
            }
        }
    }
}
