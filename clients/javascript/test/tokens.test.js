import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settle } from './support/fake-clock.js';
import { WELCOME, world } from './support/worlds.js';

/** A token function whose answers are the test's, and each call of it. */
function asked() {
  const calls = [];
  const token = ({ signal }) => new Promise((give, fail) => {
    calls.push({ signal, give, fail });
  });
  return { token, calls };
}

const shown = ({ transport }) => transport.last?.target.headers.Authorization;

describe('a function for tokens', () => {
  for (const [what, token] of Object.entries({
    'that throws': () => {
      throw new Error('the identity provider is down');
    },
    'that is rejected': () => Promise.reject(new Error('the identity provider is down')),
    'that gives none': () => undefined,
    'that gives an empty one': async () => '',
    'that gives what no header may have': () => 'two\r\nlines',
    'that never answers': () => new Promise(() => {}),
  })) {
    it(`${what} is a failed try, and asked again`, async () => {
      const { client, clock, told, transport } = world({ token });
      client.connect().catch(() => {});
      await clock.advance(5_000);
      assert.equal(told.error[0].kind, 'unauthorised');
      assert.match(told.error[0].message, /token function (failed: \w|gave none in 5000 ms)/);
      assert.equal(told.state[1].state, 'DISCONNECTED');
      assert.ok(client.metrics().attempts >= 1);
      assert.equal(transport.connections.length, 0);
      client.close();
      await settle();
      assert.deepEqual([client.state, clock.pending, client.runningTimers], ['CLOSED', 0, []]);
    });
  }

  it('has half of the connect timeout, and hears when nobody waits any more', async () => {
    const { token, calls } = asked();
    const { client, clock, told } = world({ token, connectTimeoutMillis: 6_000 });
    client.connect();
    await clock.advance(2_999);
    assert.deepEqual([client.state, calls[0].signal.aborted], ['CONNECTING', false]);
    assert.deepEqual(client.runningTimers, ['connect', 'token']);
    await clock.advance(1);
    assert.deepEqual([client.state, calls[0].signal.aborted], ['DISCONNECTED', true]);
    assert.equal(told.error[0].code, 'no_token');
  });

  it('is called again only when the last call has ended, and its answer is used', async () => {
    const { token, calls } = asked();
    const made = world({ token });
    made.client.connect();
    await made.clock.advance(30_000);
    assert.ok(made.client.metrics().attempts > 1);
    assert.equal(calls.length, 1);
    await made.clock.advance(6_000); // Into the next try.
    assert.equal(made.client.state, 'CONNECTING');
    calls[0].give('late');
    await settle();
    assert.equal(shown(made), 'Bearer late');
    made.transport.last.end();
    await made.clock.advance(16_000);
    assert.equal(calls.length, 2);
  });

  it('is called at once for the try that waits when an older call was given up', async () => {
    const { token, calls } = asked();
    const made = world({ token });
    made.client.connect();
    await made.clock.advance(7_000); // The second try, which waits for the first one's call.
    calls[0].fail(calls[0].signal.reason);
    await settle();
    calls[1].give('fresh');
    await settle();
    assert.equal(shown(made), 'Bearer fresh');
  });

  it('is left alone when the client is closed', async () => {
    const { token, calls } = asked();
    const { client, clock } = world({ token });
    const connecting = assert.rejects(client.connect(), { kind: 'closed' });
    await settle();
    client.close();
    await connecting;
    assert.equal(calls[0].signal.aborted, true);
    assert.deepEqual([clock.pending, client.runningTimers], [0, []]);
    calls[0].fail(new Error('aborted'));
    await settle();
  });

  it('serves reauth as well', async () => {
    let tokens = 0;
    const made = world({ token: () => `token-${++tokens}` }, 'tcp://one.example:9000');
    await made.connected({ event: 'welcome', data: { session_token: 'S', streams: {} } });
    const taken = made.client.reauth();
    await settle();
    assert.deepEqual(made.transport.last.takeSent(),
      [{ event: 'reauth', data: { token: 'token-2' } }]);
    made.transport.last.receive({ event: 'session_token', data: { session_token: 'S2' } });
    await taken;
  });

  it('that has failed once is of no consequence afterwards', async () => {
    const answers = [() => Promise.reject(new Error('no network')), () => 'good'];
    const made = world({ token: () => answers.shift()() });
    const connected = made.client.connect();
    await made.clock.advance(1_000);
    assert.equal(shown(made), 'Bearer good');
    made.transport.last.open();
    made.transport.last.receive(WELCOME);
    await connected;
  });
});
