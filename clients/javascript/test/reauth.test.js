import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settle } from './support/fake-clock.js';
import { world } from './support/worlds.js';

const WELCOME = { event: 'welcome', data: { session_token: 'S1', streams: {} } };

async function bot(options) {
  const made = world(options, 'tcp://one.example:9000');
  await made.connected(WELCOME);
  return made;
}

describe('a bot that shows fresh credentials', () => {
  it('shows the token that its function gets, and is answered with a session token', async () => {
    let tokens = 0;
    const { client, transport } = await bot({ token: () => `token-${++tokens}` });
    const taken = client.reauth();
    await settle();
    assert.deepEqual(transport.last.takeSent(), [{ event: 'reauth', data: { token: 'token-2' } }]);
    transport.last.receive({ event: 'session_token', data: { session_token: 'S2' } });
    await taken;
    assert.equal(client.session.token, 'S2');
  });

  it('shows the one that it is given, also when it connects again', async () => {
    const { client, clock, transport } = await bot({ token: 'old' });
    const taken = client.reauth('new');
    await settle();
    transport.last.receive({ event: 'session_token', data: { session_token: 'S2' } });
    await taken;
    transport.last.end();
    await clock.advance(2_000);
    transport.last.open();
    assert.equal(transport.last.takeSent()[0].data.token, 'new');
  });

  it('shows its session token where there is no other', async () => {
    const { client, transport } = await bot();
    client.reauth().catch(() => {});
    await settle();
    assert.deepEqual(transport.last.takeSent(),
      [{ event: 'reauth', data: { session_token: 'S1' } }]);
  });

  it('is told when it was refused, and stays away', async () => {
    const { client, transport, told } = await bot({ token: 'good' });
    const taken = client.reauth('wrong');
    await settle();
    transport.last.receive({ event: 'error', data: { code: 'unauthorized', message: 'no' } });
    transport.last.end({ code: 1006 });
    await assert.rejects(taken, { kind: 'unauthorised', code: 1008 });
    assert.equal(told.state.at(-1).cause, 'unauthorised');
  });

  it('fails at once without a connection, and when too many wait', async () => {
    const { client, transport } = await bot({ token: 'good' });
    const waiting = Array.from({ length: 16 }, () => client.reauth());
    waiting.forEach((one) => one.catch(() => {}));
    await settle();
    await assert.rejects(client.reauth(), { kind: 'queue_full' });
    transport.last.end();
    await assert.rejects(waiting[0], { kind: 'closed' });
    await assert.rejects(client.reauth(), { kind: 'not_sent' });
  });

  it('is told of a refusal that does not end the connection', async () => {
    const { client, transport, told } = await bot({ token: 'good' });
    const refused = assert.rejects(client.reauth(), { kind: 'rejected', code: 'rate_limited' });
    const taken = client.reauth();
    await settle();
    transport.last.receive({ event: 'error', data: { code: 'rate_limited', message: 'slowly' } });
    await refused;
    assert.deepEqual(told.error, [], 'its promise is told, nobody else');
    transport.last.receive({ event: 'session_token', data: { session_token: 'S2' } });
    await taken;
    transport.last.receive({ event: 'error', data: { code: 'rate_limited', message: 'slowly' } });
    assert.equal(told.error.length, 1);
  });

  it('is told when the server has no session for it, which ends nothing', async () => {
    const { client, transport, told } = await bot({ token: 'good' });
    const refused = assert.rejects(client.reauth(), { code: 'bad_message' });
    await settle();
    transport.last.receive({ event: 'error', data: { code: 'bad_message', message: 'hello?' } });
    await refused;
    transport.last.end({ code: 1006 });
    assert.equal(told.state.at(-1).state, 'DISCONNECTED');
  });

  it('waits no longer for an answer than for an ack, each call in its own time', async () => {
    const { client, clock, transport } = await bot({ sendTimeoutMillis: 3_000 });
    const failures = [];
    for (const name of ['first', 'second']) {
      client.reauth().catch(({ kind }) => failures.push([name, kind]));
      await clock.advance(1_000);
    }
    await clock.advance(1_000);
    assert.deepEqual(failures, [['first', 'timeout']]);
    await clock.advance(1_000);
    assert.deepEqual(failures, [['first', 'timeout'], ['second', 'timeout']]);
    assert.equal(client.state, 'CONNECTED');
    assert.equal(client.runningTimers.includes('reauth'), false);
    assert.equal(transport.connections.length, 1);
  });

  it('is a matter of bots', async () => {
    const { client, connected } = world();
    await connected();
    await assert.rejects(client.reauth('x'), { kind: 'rejected', code: 'bad_message' });
  });
});
