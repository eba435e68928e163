// Pure: WebSocket frames of a client (RFC 6455, section 5). Node 20 has no WebSocket of its own.

import { HoldfastError } from '../errors.js';

export const OPCODE = Object.freeze({
  CONTINUATION: 0, TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10,
});
/** Largest message that is accepted: sixteen of the server's largest. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** A fragment may be empty: in memory it is sixty times its two bytes on the wire. */
const MAX_FRAGMENTS = 1_024;
/** RFC 6455, section 5.5: control frames carry at most this. */
const MAX_CONTROL_BYTES = 125;

/** One whole frame; `mask` is 4 random bytes (section 5.3). */
export function encodeFrame(opcode, payload, mask) {
  const length = payload.length;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = Buffer.allocUnsafe(2 + extended + 4 + length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) {
    frame.writeUInt16BE(length, 2);
  } else if (extended === 8) {
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  const start = 2 + extended + 4;
  mask.copy(frame, start - 4);
  for (let i = 0; i < length; i++) {
    frame[start + i] = payload[i] ^ mask[i & 3];
  }
  return frame;
}

/** The body of a close frame. No code, no body (section 5.5.1). */
export function closePayload(code, reason = '') {
  if (code === undefined) {
    return Buffer.alloc(0);
  }
  const words = Buffer.from(reason, 'utf8');
  const payload = Buffer.allocUnsafe(2 + words.length);
  payload.writeUInt16BE(code, 0);
  words.copy(payload, 2);
  return payload;
}

/**
 * Reads what a server sends. Give it bytes with {@link push}, then take messages with
 * {@link next} until there is none. Throws a `protocol` error with the close code to answer.
 */
export class FrameDecoder {
  #chunks = [];
  #held = 0;
  #fragments = [];
  #fragmentBytes = 0;
  #fragmentOpcode;
  #maxBytes;

  constructor(maxBytes = MAX_MESSAGE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  push(chunk) {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
  }

  /** A text as string, binary as ArrayBuffer, or a control frame; undefined: needs more bytes. */
  next() {
    for (;;) {
      const frame = this.#frame();
      if (frame === undefined) {
        return undefined;
      }
      const message = frame.opcode >= OPCODE.CLOSE ? control(frame) : this.#data(frame);
      if (message !== undefined) {
        return message;
      }
    }
  }

  #frame() {
    const head = this.#peek(10);
    if (head === undefined || head.length < 2) {
      return undefined;
    }
    const opcode = head[0] & 0x0f;
    const fin = (head[0] & 0x80) !== 0;
    checkHead(head, opcode, fin);
    let length = head[1] & 0x7f;
    const extended = length < 126 ? 0 : length === 126 ? 2 : 8;
    if (head.length < 2 + extended) {
      return undefined;
    }
    if (extended === 2) {
      length = head.readUInt16BE(2);
    } else if (extended === 8) {
      length = Number(head.readBigUInt64BE(2)); // Only compared, and refused if it is large.
    }
    if (length + this.#fragmentBytes > this.#maxBytes) {
      throw broken(1009, `a message is longer than ${this.#maxBytes} bytes`);
    }
    if (this.#held < 2 + extended + length) {
      return undefined;
    }
    return { opcode, fin, payload: this.#take(2 + extended + length).subarray(2 + extended) };
  }

  #data({ opcode, fin, payload }) {
    const continues = opcode === OPCODE.CONTINUATION;
    if (continues !== (this.#fragmentOpcode !== undefined)) {
      throw broken(1002, 'the fragments of a message are out of order');
    }
    if (this.#fragments.length >= MAX_FRAGMENTS) {
      throw broken(1009, `a message has more than ${MAX_FRAGMENTS} fragments`);
    }
    const first = continues ? this.#fragmentOpcode : opcode;
    this.#fragments.push(payload);
    this.#fragmentBytes += payload.length;
    if (!fin) {
      this.#fragmentOpcode = first;
      return undefined;
    }
    const whole = this.#fragments.length === 1 ? payload : Buffer.concat(this.#fragments);
    this.#fragments = [];
    this.#fragmentBytes = 0;
    this.#fragmentOpcode = undefined;
    return first === OPCODE.TEXT
      ? { opcode: first, data: utf8(whole) }
      : { opcode: first, data: Uint8Array.from(whole).buffer };
  }

  /** Up to `count` bytes, without taking them. */
  #peek(count) {
    if (this.#chunks.length > 1 && this.#chunks[0].length < count) {
      this.#chunks = [Buffer.concat(this.#chunks)];
    }
    return this.#chunks[0]?.subarray(0, count);
  }

  #take(count) {
    if (this.#chunks[0].length < count) {
      this.#chunks = [Buffer.concat(this.#chunks)];
    }
    const [first] = this.#chunks;
    if (first.length === count) {
      this.#chunks.shift();
    } else {
      this.#chunks[0] = first.subarray(count);
    }
    this.#held -= count;
    return first.subarray(0, count);
  }
}

function checkHead(head, opcode, fin) {
  if ((head[0] & 0x70) !== 0) {
    throw broken(1002, 'reserved bits are set, and no extension was agreed');
  }
  if ((head[1] & 0x80) !== 0) {
    throw broken(1002, 'a frame of a server is masked');
  }
  if ((opcode > OPCODE.BINARY && opcode < OPCODE.CLOSE) || opcode > OPCODE.PONG) {
    throw broken(1002, `opcode ${opcode} is unknown`);
  }
  if (opcode >= OPCODE.CLOSE && (!fin || (head[1] & 0x7f) > MAX_CONTROL_BYTES)) {
    throw broken(1002, 'a control frame is fragmented or too long');
  }
}

function control({ opcode, payload }) {
  if (opcode !== OPCODE.CLOSE) {
    return { opcode, data: payload };
  }
  if (payload.length === 0) {
    return { opcode, code: 1005, reason: '' };
  }
  if (payload.length === 1 || !mayBeSent(payload.readUInt16BE(0))) {
    throw broken(1002, 'a close frame has no valid code');
  }
  return { opcode, code: payload.readUInt16BE(0), reason: utf8(payload.subarray(2)) };
}

/** RFC 6455, section 7.4: 1004 to 1006 and 1015 are never on the wire. */
function mayBeSent(code) {
  return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006))
    || (code >= 3000 && code <= 4999);
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function utf8(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    throw broken(1007, 'a text is not valid UTF-8');
  }
}

function broken(code, message) {
  return new HoldfastError('protocol', message, { code });
}
