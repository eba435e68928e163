import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HoldfastClient, ReconnectingWebSocket } from '../src/node.js';

const URLS = {
  rooms: 'ws://x', deepstream: 'ws://x/deepstream/ws', bot: 'tcp://x:9000',
};

/** [options, what the error says, URL] */
const WRONG = [
  [{ retries: 3 }, /no option "retries"; it has dialect, /],
  [{ pingIntervalMillis: 80_000 }, /silenceLimitMillis is 75000; it has to be over pingInterval/],
  [{ pingIntervalMillis: Infinity }, /silenceLimitMillis is 75000; .*pingIntervalMillis, Infinity/],
  [{ silenceLimitMillis: 30_000 }, /silenceLimitMillis is 30000/],
  [{ pingIntervalMillis: NaN }, /pingIntervalMillis is NaN; it has to be milliseconds over 0/],
  [{ connectTimeoutMillis: 0 }, /connectTimeoutMillis is 0; it has to be milliseconds over 0/],
  [{ connectTimeoutMillis: Infinity }, /connectTimeoutMillis is Infinity; .* up to a day/],
  [{ connectTimeoutMillis: '10' }, /connectTimeoutMillis is "10"/],
  [{ terminateTimeoutMillis: Infinity }, /terminateTimeoutMillis is Infinity/],
  [{ sendTimeoutMillis: -1 }, /sendTimeoutMillis is -1/],
  [{ maxUnacked: 5_000 }, /maxUnacked is 5000; it has to be 1 to 512, the most that a server/],
  [{ maxUnacked: 1.5 }, /maxUnacked is 1.5/],
  [{ maxWaiting: Infinity }, /maxWaiting is Infinity; it has to be a whole number/],
  [{ maxMessageBytes: 0 }, /maxMessageBytes is 0/],
  [{ maxWaitingBytes: NaN }, /maxWaitingBytes is NaN/],
  [{ whenDisconnected: 'drop' }, /is "drop"; it has to be one of queue, fail/],
  [{ dialect: 'irc' }, /is "irc"; it has to be one of rooms, deepstream, bot/],
  [{ features: 'x' }, /features is "x"; it has to be a list of texts/],
  [{ features: [1] }, /features is a list; it has to be a list of texts/],
  [{ resume: 'yes' }, /resume is "yes"; it has to be true or false/],
  [{ circuitBreaker: 1 }, /circuitBreaker is 1; it has to be true or false/],
  [{ presence: null }, /presence is null/],
  [{ leaveWhenAsked: 0 }, /leaveWhenAsked is 0/],
  [{ config: ['a'] }, /config is a list; it has to be an object that can be written as JSON/],
  [{ config: { at: 10n } }, /config is an object/],
  [{ alerts: { gap: true } }, /alerts is an object; it has to be a list/],
  [{ logger: { info() {} } }, /logger is an object; .* the functions info and error/],
  [{ transport: 'tcp' }, /transport is "tcp"/],
  [{ onTerminate: 'stop' }, /onTerminate is "stop"; it has to be a function/],
  [{ onCommand: {} }, /onCommand is an object/],
  [{ random: 0.5 }, /random is 0.5/],
  [{ health: 'ws://x/health' }, /health is "ws:\/\/x\/health"; .* an http: or https: URL/],
  [{ token: '' }, /token makes no sense; it has to be a text that a header may have/],
  [{ token: 's3cret\r\nHost: x' }, /token makes no sense/],
  [{ session: null }, /session makes no sense; it has to be what client.session was/],
  [{ session: { token: 'T' } }, /session makes no sense/],
  [{ session: { positions: { lobby: { epoch: 'e', seq: '7' } } } }, /session makes no sense/],
  [{ backoff: 'fast' }, /backoff "fast" is not known; use one of browser, /],
  [{ backoff: 7 }, /backoff is 7; it has to be the name of a preset, or an object/],
  [{ backoff: { cap: 5 } }, /backoff has no "cap"; it has firstMillis, factor, capMillis, /],
  [{ backoff: { capMillis: Infinity } }, /backoff capMillis is Infinity; .* 1000 to 86400000/],
  [{ backoff: { capMillis: 5 } }, /backoff capMillis is 5; .* 1000 to 86400000/],
  [{ backoff: { firstMillis: NaN } }, /backoff firstMillis is NaN/],
  [{ backoff: { factor: Infinity } }, /backoff factor is Infinity/],
  [{ backoff: { jitter: { spread: 2 } } }, /backoff jitter is 2; .* 0 to 1/],
  [{ backoff: { jitter: 'half' } }, /backoff jitter is half/],
  [{ backoff: { jitter: { add: 0.1, more: 1 } } }, /backoff jitter is \[object Object\]/],
  [{ clientId: 'a b' }, /clientId is "a b"; it has to be 1 to 64 of a-z A-Z 0-9 _ -/],
  [{ clientId: 'x'.repeat(65) }, /clientId is "x+"; it has to be 1 to 64/],
  [{ clientId: 7 }, /clientId is 7; it has to be a text/],
  [{ clientId: 'x'.repeat(129) }, /clientId is "x+"; it has to be 1 to 128 printable/, 'bot'],
  [{ clientId: 'a\u0000b' }, /it has to be 1 to 128 printable characters/, 'deepstream'],
  [{ clientId: '  ' }, /it has to be 1 to 128 printable characters/, 'bot'],
  [{}, /needs the option clientId, the client_key/, 'bot'],
];

describe('options of a HoldfastClient', () => {
  for (const [options, message, dialect = 'rooms'] of WRONG) {
    it(`cannot be ${JSON.stringify(options, (key, value) => (typeof value === 'object'
      || typeof value === 'string' ? value : String(value)))?.slice(0, 90)}`, () => {
      assert.throws(() => new HoldfastClient(URLS[dialect], options), (error) => {
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /s3cret/);
        return true;
      });
    });
  }

  it('may be anything that makes sense', () => {
    for (const [options, dialect = 'rooms'] of [
      [{}],
      [{ pingIntervalMillis: 80_000, silenceLimitMillis: Infinity }],
      [{ pingIntervalMillis: Infinity, silenceLimitMillis: Infinity }],
      [{ sendTimeoutMillis: Infinity, maxUnacked: 512, logger: console }],
      [{ clientId: 'door 3 · Ж', features: [] }, 'bot'],
      [{ clientId: '𝄞'.repeat(128), config: { a: [1] } }, 'deepstream'],
      [{ session: { positions: { lobby: { epoch: 'e', seq: 7 } } }, health: true }],
      [{ backoff: { maxAttempts: Infinity, jitter: 'none' }, token: () => 'T' }],
    ]) {
      assert.equal(new HoldfastClient(URLS[dialect], options).state, 'DISCONNECTED');
    }
  });
});

describe('the URL', () => {
  for (const [url, message, options] of [
    ['localhost:8000', /begins with localhost:; expected ws: or wss:/],
    ['no url', /Invalid URL/],
    ['ftp://x', /begins with ftp:/],
    ['ws://x', /begins with ws:; expected tcp: or tls:/, { dialect: 'bot', clientId: 'b' }],
    ['tcp://x', /begins with tcp:; expected ws: or wss:/, { dialect: 'rooms' }],
    ['ws://x/ws/bob', /has the path \/ws\/bob and there is a clientId; leave one of them out/,
      { clientId: 'alice' }],
  ]) {
    it(`cannot be ${url}${options ? ` with ${JSON.stringify(options)}` : ''}`, () => {
      assert.throws(() => new HoldfastClient(url, options), { message });
    });
  }
});

describe('arguments', () => {
  it('of messages() and close() have to make sense too', async () => {
    const client = new HoldfastClient('ws://x');
    for (const limit of [0, NaN, 1.5, Infinity, '7']) {
      assert.throws(() => client.messages({ limit }), { name: 'RangeError', message: /limit is/ });
      assert.throws(() => client.messages({ limitBytes: limit }), { message: /limitBytes is/ });
    }
    for (const timeoutMillis of [-1, NaN, Infinity]) {
      await assert.rejects(client.close({ timeoutMillis }), { message: /timeoutMillis is/ });
    }
    assert.equal(client.state, 'DISCONNECTED', 'nothing was closed');
    await client.close({ timeoutMillis: 0 });
  });
});

describe('options of a ReconnectingWebSocket', () => {
  for (const [options, message] of [
    [{ clientId: 'a' }, /no option "clientId"/],
    [{ maxQueuedBytes: NaN }, /maxQueuedBytes is NaN/],
    [{ queueTimeoutMillis: 0 }, /queueTimeoutMillis is 0/],
    [{ pingMessage: 7 }, /pingMessage is 7/],
    [{ pingMessage: 'p', silenceLimitMillis: 30_000 }, /silenceLimitMillis is 30000/],
    [{ headers: ['x'] }, /headers makes no sense; it has to be an object of texts/],
    [{ health: true }, /health is true; it has to be an http: or https: URL, or false/],
    [{ connectTimeoutMillis: Infinity }, /connectTimeoutMillis is Infinity/],
    [{ backoff: { cap: 5 } }, /backoff has no "cap"/],
  ]) {
    it(`cannot be ${JSON.stringify(options)}`, () => {
      assert.throws(() => new ReconnectingWebSocket('ws://127.0.0.1:1/', [], options), { message });
    });
  }

  it('may limit the silence of a server that nobody pings', () => {
    new ReconnectingWebSocket('ws://127.0.0.1:1/', [], { silenceLimitMillis: 5_000 }).close();
  });
});
