import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { healthAt } from '../src/redirect.js';
import { settle } from './support/fake-clock.js';
import { RESUMED, world } from './support/worlds.js';

const TARGET = { host: 'b', port: 81 };

describe('the health page of a server that the client was sent to', () => {
  for (const [health, configured, expected] of [
    ['http://a/health', 'ws://a/ws', 'http://b:81/health'],
    ['https://a/health', 'wss://a:443/ws', 'https://b:81/health'],
    ['http://a:8080/health', 'ws://a:8000/ws', 'http://b:8080/health'],
    ['http://a:8080/health', 'tcp://a:9000', 'http://b:8080/health'],
    ['https://status.example/health', 'wss://a/ws', 'https://status.example/health'],
  ]) {
    it(`${health} for ${configured} is ${expected}`, () => {
      assert.equal(healthAt(health, configured, TARGET).href, expected);
    });
  }

  it('has brackets around an IPv6 address', () => {
    assert.equal(healthAt('http://a/health', 'ws://a/', { host: '::1', port: 81 }).href,
      'http://[::1]:81/health');
  });
});

describe('a client with health that was sent to another server', () => {
  async function movedTo(answers) {
    const asked = [];
    const made = world({
      health: true,
      fetch: async (url) => {
        asked.push(url.host);
        const status = answers[url.host];
        if (status === undefined) {
          throw new TypeError('fetch failed');
        }
        return { text: async () => `{"status":"${status}"}` };
      },
    });
    await made.connected();
    await made.clock.advance(10_000); // Stable: it moves at once.
    made.transport.last.receive(
      { type: 'server_migration', new_host: 'b', new_port: 81, migrate_after: 0 });
    await made.clock.advance(0);
    made.transport.last.open();
    made.transport.last.receive(RESUMED);
    await made.clock.advance(10_000);
    return { ...made, asked };
  }

  it('comes back to it although the one it was configured with is gone', async () => {
    const { client, clock, transport, asked } = await movedTo({ 'b:81': 'healthy' });
    transport.last.end();
    await clock.advance(1_000);
    assert.equal(transport.last.target.url.host, 'b:81');
    assert.deepEqual(asked, ['b:81']);
    transport.last.end();
    await clock.advance(2_000);
    assert.deepEqual(asked, ['b:81', 'b:81']);
    transport.last.open();
    transport.last.receive(RESUMED);
    await settle();
    assert.equal(client.state, 'CONNECTED');
  });

  it('goes back to the one it was configured with when the other is gone', async () => {
    const { clock, transport, asked } = await movedTo({ 'one.example': 'healthy' });
    transport.last.end();
    await clock.advance(15_000);
    assert.deepEqual(asked, ['b:81', 'b:81', 'b:81', 'one.example'], 'at 1, 3, 7 and 15 s');
    assert.equal(transport.last.target.url.host, 'one.example');
  });
});
