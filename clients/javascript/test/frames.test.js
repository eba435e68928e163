import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FrameDecoder, OPCODE } from '../src/transports/frames.js';

const FIRST = Buffer.from([OPCODE.TEXT, 0]);
const EMPTY = Buffer.from([OPCODE.CONTINUATION, 0]);
const LAST = Buffer.from([0x80 | OPCODE.CONTINUATION, 1, 0x61]);

/** A message of so many fragments, all of them empty but the last. */
function fragments(count) {
  return Buffer.concat([FIRST, ...Array.from({ length: count - 2 }, () => EMPTY), LAST]);
}

describe('WebSocket frames', () => {
  it('a message may come in 1,024 fragments', () => {
    const decoder = new FrameDecoder();
    for (let times = 0; times < 2; times++) { // They are counted anew for each message.
      decoder.push(fragments(1_024));
      assert.deepEqual(decoder.next(), { opcode: OPCODE.TEXT, data: 'a' });
    }
  });

  it('a message in more fragments is refused, however little is in them', () => {
    const decoder = new FrameDecoder();
    decoder.push(fragments(1_025));
    assert.throws(() => decoder.next(), { kind: 'protocol', code: 1009, message: /1024 fragm/ });
  });
});
