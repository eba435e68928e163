import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { encodeLengthPrefixed, encodeLine, StreamDecoder } from '../src/transports/framing.js';

function all(decoder) {
  const texts = [];
  for (let text = decoder.next(); text !== undefined; text = decoder.next()) {
    texts.push(text);
  }
  return texts;
}

describe('bot framing', () => {
  it('lines may come in any pieces, with either ending, and empty ones are nothing', () => {
    const bytes = Buffer.from('{"a":"ї"}\r\n\n{"b":1}\n{"c"');
    for (let cut = 1; cut < bytes.length; cut++) {
      const decoder = new StreamDecoder();
      decoder.push(bytes.subarray(0, cut));
      const texts = all(decoder);
      decoder.push(bytes.subarray(cut));
      assert.deepEqual([...texts, ...all(decoder)], ['{"a":"ї"}', '{"b":1}']);
    }
  });

  it('frames follow the line that agreed to them, in the same bytes', () => {
    const decoder = new StreamDecoder();
    decoder.push(Buffer.concat([encodeLine('welcome'), encodeLengthPrefixed('one'),
      encodeLengthPrefixed('two')]));
    assert.equal(decoder.next(), 'welcome');
    decoder.useLengthPrefixes();
    assert.deepEqual(all(decoder), ['one', 'two']);
  });

  it('over 10,240 bytes are compressed if that leaves under 90 %', () => {
    const flags = (text) => encodeLengthPrefixed(text, { gzip: true })[4];
    assert.equal(flags('x'.repeat(10_240)), 0);
    assert.equal(flags('x'.repeat(10_241)), 1);
    let state = 1;
    const noise = Array.from({ length: 20_000 }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return String.fromCharCode(33 + (state % 94));
    }).join('');
    assert.equal(encodeLengthPrefixed(noise, { gzip: true })[4], 1);
    const decoder = new StreamDecoder();
    decoder.useLengthPrefixes();
    decoder.push(encodeLengthPrefixed(noise, { gzip: true }));
    assert.equal(decoder.next(), noise);
  });

  it('a small frame that would become large is refused', () => {
    const bomb = gzipSync(Buffer.alloc(3_000_000));
    const head = Buffer.alloc(5);
    head.writeUInt32BE(bomb.length + 1);
    head[4] = 1;
    const decoder = new StreamDecoder();
    decoder.useLengthPrefixes();
    decoder.push(Buffer.concat([head, bomb]));
    assert.throws(() => decoder.next(), { kind: 'protocol', message: /longer than 1048576/ });
  });

  for (const [what, bytes] of Object.entries({
    'no flags': [0, 0, 0, 0, 0], 'unknown flags': [0, 0, 0, 2, 6, 65],
    'gzip that is none': [0, 0, 0, 2, 1, 65], 'a great length': [255, 255, 255, 255, 0],
  })) {
    it(`a frame with ${what} is a protocol error`, () => {
      const decoder = new StreamDecoder();
      decoder.useLengthPrefixes();
      decoder.push(Buffer.from(bytes));
      assert.throws(() => decoder.next(), { kind: 'protocol' });
    });
  }
});
