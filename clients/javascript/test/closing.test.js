import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HoldfastError } from '../src/node.js';
import { settle } from './support/fake-clock.js';
import { RESUMED, WELCOME, world } from './support/worlds.js';

/** Follows close(), to see whether it is over. */
function closing(client, options) {
  const seen = { over: false };
  seen.promise = client.close(options).then(() => {
    seen.over = true;
  });
  return seen;
}

describe('close() before there is a connection', () => {
  it('sends what waits once there is one, waits for its ack, and closes with 1000', async () => {
    const { client, clock, transport } = world();
    client.connect();
    const sent = client.send('hello');
    const unasked = client.send('and', { ack: false });
    const closed = closing(client);
    await clock.advance(1_000);
    transport.last.open();
    transport.last.receive(WELCOME);
    const [, message] = transport.last.takeSent();
    assert.equal(message.data, 'hello');
    assert.equal(transport.last.closed, undefined, 'the ack is waited for');
    transport.last.receive({ type: 'ack', id: message.id, status: 'ok', seq: 1 });
    assert.equal((await sent).seq, 1);
    await unasked;
    await settle();
    assert.equal(transport.last.closed.code, 1000);
    transport.last.end({ code: 1000 });
    await closed.promise;
    assert.deepEqual([client.state, clock.pending], ['CLOSED', 0]);
  });

  it('comes back for it where the connection was lost', async () => {
    const { client, clock, transport, connected } = world();
    await connected();
    transport.last.end();
    const sent = client.send('hello', { ack: false });
    const closed = closing(client);
    await clock.advance(1_000);
    transport.last.open();
    transport.last.receive(RESUMED);
    await sent;
    await settle();
    transport.last.end({ code: 1000 });
    await closed.promise;
    assert.equal(transport.connections.length, 2);
  });

  it('says why nothing was sent when there is none in its time', async () => {
    const { client, clock, transport } = world();
    client.connect();
    const failed = assert.rejects(client.send('hello'),
      { kind: 'not_sent', message: /closed before this was sent: nobody listens/ });
    const closed = closing(client, { timeoutMillis: 3_000 });
    await clock.advance(500);
    transport.last.end({ error: new HoldfastError('refused', 'nobody listens') });
    await clock.advance(2_499);
    assert.equal(closed.over, false);
    assert.equal(transport.connections.length, 2, 'it was tried again');
    await clock.advance(1);
    await Promise.all([failed, closed.promise]);
    assert.deepEqual([client.state, clock.pending], ['CLOSED', 0]);
  });

  it('does not wait where the server wants no client back', async () => {
    const { client, clock, transport } = world();
    client.connect().catch(() => {});
    const failed = assert.rejects(client.send('hello'), { kind: 'not_sent', message: /401/ });
    const closed = closing(client);
    await settle();
    transport.last.end({ error: new HoldfastError('unauthorised', 'the server answered 401') });
    await Promise.all([failed, closed.promise]);
    assert.equal(clock.pending, 0);
  });

  it('is done at once when nothing waits, or when nobody has called connect()', async () => {
    for (const [connects, sends] of [[true, false], [false, true], [false, false]]) {
      const { client, clock } = world();
      if (connects) {
        client.connect();
      }
      const outcome = sends ? assert.rejects(client.send('x'), { kind: 'not_sent' }) : undefined;
      await closing(client).promise;
      await outcome;
      assert.deepEqual([client.state, clock.pending], ['CLOSED', 0]);
    }
  });
});
