// Pure: how messages of the bot dialect stand in a TCP stream. Lines that end with \n (or \r\n),
// or, where it was agreed, frames: 4 bytes of length (big endian), 1 byte of flags, the payload.
// The length counts the flags and the payload.

import { gunzipSync, gzipSync } from 'node:zlib';
import { HoldfastError } from '../errors.js';

/** Largest message, in either direction (dialect-bot.md, "Limits"). */
export const MAX_MESSAGE_BYTES = 1024 * 1024;
/** Payloads over this are compressed, if that leaves less than 90 % (dialect-bot.md). */
export const COMPRESS_ABOVE_BYTES = 10_240;
const COMPRESSED_AT_MOST = 0.9;
const LENGTH_BYTES = 4;
const FLAG_BYTES = 1;
const FLAG_GZIP = 1;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function encodeLine(text) {
  return Buffer.from(`${text}\n`, 'utf8');
}

export function encodeLengthPrefixed(text, { gzip = false } = {}) {
  let payload = Buffer.from(text, 'utf8');
  let flags = 0;
  if (gzip && payload.length > COMPRESS_ABOVE_BYTES) {
    const compressed = gzipSync(payload);
    if (compressed.length < payload.length * COMPRESSED_AT_MOST) {
      payload = compressed;
      flags = FLAG_GZIP;
    }
  }
  const head = Buffer.allocUnsafe(LENGTH_BYTES + FLAG_BYTES);
  head.writeUInt32BE(FLAG_BYTES + payload.length, 0);
  head[LENGTH_BYTES] = flags;
  return Buffer.concat([head, payload]);
}

/** Give it bytes with {@link push}, then take messages with {@link next}. */
export class StreamDecoder {
  #held = Buffer.alloc(0);
  /** Up to here there is no newline: a long line is not searched again with every chunk. */
  #searched = 0;
  #prefixed = false;
  #maxBytes;

  constructor(maxBytes = MAX_MESSAGE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  push(chunk) {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
  }

  /** What follows the message that was taken last is length-prefixed. */
  useLengthPrefixes() {
    this.#prefixed = true;
  }

  /** The next text, or undefined: needs more bytes. Throws a `protocol` error. */
  next() {
    return this.#prefixed ? this.#nextFrame() : this.#nextLine();
  }

  #nextLine() {
    for (;;) {
      const end = this.#held.indexOf(NEWLINE, this.#searched);
      if (end < 0 ? this.#held.length > this.#maxBytes : end > this.#maxBytes + 1) {
        throw tooLong(this.#maxBytes);
      }
      if (end < 0) {
        this.#searched = this.#held.length;
        return undefined;
      }
      const stop = end > 0 && this.#held[end - 1] === RETURN ? end - 1 : end;
      const line = this.#held.subarray(0, stop);
      this.#drop(end + 1);
      if (line.length > 0) {
        return utf8(line);
      }
    }
  }

  #nextFrame() {
    if (this.#held.length < LENGTH_BYTES + FLAG_BYTES) {
      return undefined;
    }
    const length = this.#held.readUInt32BE(0);
    if (length < FLAG_BYTES) {
      throw new HoldfastError('protocol', 'a frame has no byte of flags');
    }
    if (length > FLAG_BYTES + this.#maxBytes) {
      throw tooLong(this.#maxBytes);
    }
    const end = LENGTH_BYTES + length;
    if (this.#held.length < end) {
      return undefined;
    }
    const flags = this.#held[LENGTH_BYTES];
    const payload = this.#held.subarray(LENGTH_BYTES + FLAG_BYTES, end);
    if ((flags & ~FLAG_GZIP) !== 0) {
      throw new HoldfastError('protocol', `a frame has the unknown flags ${flags}`);
    }
    const text = utf8((flags & FLAG_GZIP) === 0 ? payload : this.#inflate(payload));
    this.#drop(end);
    return text;
  }

  /** Stops at the limit, however much the payload would become. */
  #inflate(payload) {
    try {
      return gunzipSync(payload, { maxOutputLength: this.#maxBytes });
    } catch (cause) {
      throw cause.code === 'ERR_BUFFER_TOO_LARGE' ? tooLong(this.#maxBytes)
        : new HoldfastError('protocol', 'a frame is not valid gzip', { cause });
    }
  }

  #drop(bytes) {
    this.#held = this.#held.subarray(bytes);
    this.#searched = 0;
  }
}

function tooLong(maxBytes) {
  return new HoldfastError('protocol', `a message is longer than ${maxBytes} bytes`);
}

function utf8(bytes) {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new HoldfastError('protocol', 'a message is not valid UTF-8', { cause });
  }
}
