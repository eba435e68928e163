import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_ASKED, MAX_TRIES } from '../src/rejoining.js';
import { settle } from './support/fake-clock.js';
import { world } from './support/worlds.js';

const NOT_NOW = { code: 'rate_limited', message: 'slowly', retryable: true };

/** A plain client that has joined so many rooms, and what plays its server. */
async function clientIn(rooms) {
  const made = world({ resume: false, backoff: { jitter: 'none', maxAttempts: Infinity } });
  const { client, clock, transport } = made;
  const server = {
    ack: ({ id }) => transport.last.receive({ type: 'ack', id, status: 'ok' }),
    refuse: ({ id }, why) => transport.last.receive({ type: 'error', id, ...why }),
    sent: () => transport.last.takeSent().filter(({ type }) => type !== 'ping'),
    /** The connection is lost, and there is the next one. */
    back: async () => {
      transport.last.end();
      await clock.advance(1_000);
      transport.last.open();
      transport.last.receive({ type: 'welcome', client_id: 'a' });
      return server.sent();
    },
  };
  await made.connected({ type: 'welcome', client_id: 'a' });
  for (let i = 0; i < rooms; i++) {
    const joined = client.join(`room${i}`);
    server.ack(...server.sent());
    await joined;
  }
  return { ...made, ...server };
}

describe('rooms that are joined again', () => {
  it('a refusal that is final is told, and not tried again on this connection', async () => {
    const { clock, told, back, refuse, sent } = await clientIn(1);
    const [join] = await back();
    refuse(join, { code: 'forbidden', message: 'no' });
    assert.equal(told.error.length, 1);
    assert.match(told.error[0].message, /room0.*forbidden/);
    assert.deepEqual([told.error[0].code, told.error[0].room], ['forbidden', 'room0']);
    await clock.advance(20_000);
    assert.deepEqual(sent(), []);
    const [again] = await back();
    assert.equal(again.room, 'room0', 'the next connection is asked as well');
  });

  it('a refusal that may pass is told once, and tried again when the server says', async () => {
    const { clock, told, back, refuse, ack, sent } = await clientIn(1);
    let [join] = await back();
    for (let i = 0; i < 2; i++) {
      refuse(join, { ...NOT_NOW, retry_after: 7 });
      await clock.advance(6_999);
      assert.deepEqual(sent(), []);
      await clock.advance(1);
      [join] = sent();
      assert.deepEqual([join.type, join.room], ['join', 'room0']);
    }
    ack(join);
    assert.equal(told.error.length, 1);
    await clock.advance(20_000);
    assert.deepEqual(sent(), []);
  });

  it('a server that never agrees is asked a bounded number of times', async () => {
    const { clock, told, back, refuse, sent } = await clientIn(1);
    let tries = 0;
    for (let joins = await back(); joins.length > 0; joins = sent()) {
      tries++;
      refuse(joins[0], { ...NOT_NOW, retry_after: 0 });
      await clock.advance(1_000);
    }
    assert.equal(tries, MAX_TRIES);
    assert.equal(told.error.length, 2, 'the first refusal and the last');
  });

  it('many are asked for in slices, and one by one after "not now"', async () => {
    const { clock, back, ack, refuse, sent } = await clientIn(MAX_ASKED + 20);
    const joins = await back();
    assert.equal(joins.length, MAX_ASKED);
    ack(joins[0]);
    assert.equal(sent().length, 1, 'the next for one that was answered');
    refuse(joins[1], { ...NOT_NOW, retry_after: 7 });
    joins.slice(2).forEach(ack);
    assert.deepEqual(sent(), [], 'nothing while it has to wait');
    await clock.advance(7_000);
    assert.ok(sent().length > 1, 'more with each that has succeeded');
  });

  it('after "not now" the next is alone until it succeeds', async () => {
    const { clock, back, refuse, ack, sent } = await clientIn(MAX_ASKED + 20);
    (await back()).forEach((join) => refuse(join, { ...NOT_NOW, retry_after: 7 }));
    await clock.advance(7_000);
    const first = sent();
    assert.equal(first.length, 1);
    ack(first[0]);
    assert.equal(sent().length, 2);
  });

  it('one that the application leaves meanwhile is not joined again', async () => {
    const { client, clock, told, back, refuse, sent } = await clientIn(1);
    const [join] = await back();
    client.leave('room0').catch(() => {});
    assert.deepEqual(sent().map(({ type }) => type), ['leave']);
    refuse(join, { ...NOT_NOW, retry_after: 7 });
    await clock.advance(8_000);
    assert.deepEqual(sent(), []);
    assert.deepEqual(told.error, []);
  });

  it('no timer is left when the connection or the client is gone', async () => {
    const { client, clock, transport, back, refuse } = await clientIn(1);
    refuse((await back())[0], NOT_NOW);
    assert.ok(client.runningTimers.includes('rejoin'));
    transport.last.end();
    assert.ok(!client.runningTimers.includes('rejoin'));
    client.close();
    await settle();
    assert.equal(clock.pending, 0);
  });
});
