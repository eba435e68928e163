// JavaScriptJettyIT starts Jetty and runs this: `node --test test/against-jetty.js`, with the
// address in TEST_JETTY. A line that begins with "ask: " asks the one who reads it for something.

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { ReconnectingWebSocket } from '../src/node.js';
import { BACKOFF, RETURNS, STOPS, TABLE_OPTIONS } from './support/close-table.js';
import { until } from './support/until.js';

const jetty = process.env.TEST_JETTY;
const sockets = [];

afterEach(() => sockets.splice(0).forEach((socket) => socket.close()));

function socketTo(path, protocols = [], options = TABLE_OPTIONS) {
  const socket = new ReconnectingWebSocket(`${jetty}${path}`, protocols, options);
  socket.binaryType = 'arraybuffer';
  sockets.push(socket);
  const seen = { opens: 0, closes: [], errors: [], messages: [], states: [] };
  socket.onopen = () => seen.opens++;
  socket.onclose = ({ code, reason, wasClean }) => seen.closes.push({ code, reason, wasClean });
  socket.onerror = ({ error }) => seen.errors.push(error);
  socket.onmessage = ({ data }) => seen.messages.push(data);
  socket.onstatechange = (event) => seen.states.push(event);
  return { socket, seen };
}

function assertReturns(seen, { delayMillis, attempts }) {
  const last = seen.states.at(-1);
  assert.deepEqual([last.state, last.delayMillis, last.attempts],
    ['DISCONNECTED', delayMillis, attempts]);
}

describe('against Jetty', { timeout: 240_000 }, () => {
  it('texts and binary messages of all lengths come back as they went', async () => {
    const { socket, seen } = socketTo('/echo', ['chat', 'other']);
    await until(() => seen.opens === 1, 'the connection');
    assert.equal(socket.protocol, 'chat');
    assert.equal(socket.extensions, '', 'compression was not asked for');
    const lengths = [0, 1, 125, 126, 65_535, 65_536, 1_000_000];
    for (const length of lengths) {
      socket.send('ї'.repeat(length / 2));
      socket.send(new Uint8Array(length).fill(length));
    }
    await until(() => seen.messages.length === 2 * lengths.length, 'all echoes');
    lengths.forEach((length, i) => {
      assert.equal(seen.messages[2 * i], 'ї'.repeat(length / 2));
      assert.deepEqual(seen.messages[2 * i + 1], new Uint8Array(length).fill(length).buffer);
    });
    socket.close(3000, 'bye');
    await until(() => seen.closes.length === 1, 'the close');
    assert.deepEqual(seen.closes, [{ code: 3000, reason: 'bye', wasClean: true }]);
  });

  it('its pings are answered', async () => {
    const { socket, seen } = socketTo('/echo');
    socket.send('ping me');
    await until(() => seen.messages.includes('pong: are you there?'), 'what Jetty says of it');
  });

  for (const [code, cause] of Object.entries(STOPS)) {
    it(`close with ${code}: it stays away, ${cause}`, async () => {
      const { seen } = socketTo(`/close?${code}`);
      await until(() => seen.closes.length > 0, 'its end');
      assert.deepEqual(seen.closes, [{ code: Number(code), reason: 'why', wasClean: true }]);
      assert.deepEqual([seen.states.at(-1).state, seen.states.at(-1).cause], ['CLOSED', cause]);
    });
  }

  for (const [code, after] of Object.entries(RETURNS)) {
    it(`close with ${code}: it comes back in ${after.delayMillis} ms`, async () => {
      const { seen } = socketTo(`/close?${code}`);
      await until(() => seen.closes.length > 0, 'its end');
      assert.deepEqual(seen.closes, [{ code: Number(code), reason: 'why', wasClean: true }]);
      assertReturns(seen, after);
    });
  }

  it('a connection that it drops is 1006, and backs off', async () => {
    const { seen } = socketTo('/drop');
    await until(() => seen.closes.length > 0, 'its end');
    assert.deepEqual(seen.closes, [{ code: 1006, reason: '', wasClean: false }]);
    assertReturns(seen, BACKOFF);
  });

  it('401 and 403 stop, 429 and 503 wait as long as they say, a redirect is not followed',
    async () => {
      for (const status of [401, 403]) {
        const { seen } = socketTo(`/status?${status}`);
        await until(() => seen.closes.length > 0, 'its end');
        assert.equal(seen.states.at(-1).cause, 'unauthorised');
      }
      for (const status of [429, 503]) {
        const { seen } = socketTo(`/status?${status}`);
        await until(() => seen.closes.length > 0, 'its end');
        assertReturns(seen, { delayMillis: 1_800_000, attempts: 0 });
      }
      for (const status of [302, 404, 500]) {
        const { seen } = socketTo(`/status?${status}`);
        await until(() => seen.closes.length > 0, 'its end');
        assert.equal(seen.errors[0].status, status);
        assertReturns(seen, BACKOFF);
      }
    });

  it('comes back when Jetty was restarted', async () => {
    const { socket, seen } = socketTo('/echo', [], {
      backoff: { firstMillis: 50, capMillis: 200, jitter: 'none', maxAttempts: Infinity },
    });
    await until(() => seen.opens === 1, 'the connection');
    console.log('ask: restart');
    await until(() => seen.opens === 2, 'its return');
    socket.send('again');
    await until(() => seen.messages.includes('again'), 'the echo');
    assert.equal(seen.messages.length, 1);
  });
});
