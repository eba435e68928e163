import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settle } from './support/fake-clock.js';
import { RESUMED, world } from './support/worlds.js';

function sendTo(connection, host, seconds = 0) {
  connection.receive({
    type: 'server_migration', new_host: host, new_port: 2, migrate_after: seconds,
  });
}

/** A client that has been connected for long enough to move at once when it is told to. */
async function stable(options) {
  const made = world(options);
  await made.connected();
  await made.clock.advance(10_000);
  return made;
}

/** The newest connection is taken up by its server. */
async function arrive({ transport }) {
  transport.last.open();
  transport.last.receive(RESUMED);
  await settle();
}

/** Goes on until there is a connection more; how long that took, or undefined: not in a minute. */
async function nextConnection({ clock, transport }) {
  const { length } = transport.connections;
  for (let millis = 0; millis <= 60_000; millis += 500) {
    await clock.advance(millis === 0 ? 0 : 500);
    if (transport.connections.length > length) {
      return millis;
    }
  }
  return undefined;
}

describe('a client that is moved', () => {
  it('waits longer and longer when servers send it to and fro', async () => {
    const made = await stable();
    const waits = [];
    for (let moves = 0; moves < 7; moves++) {
      sendTo(made.transport.last, moves % 2 === 0 ? 'b' : 'a');
      waits.push(await nextConnection(made));
      await arrive(made);
    }
    assert.deepEqual(waits, [0, 1_000, 2_000, 4_000, 8_000, 16_000, 1_000]);
    assert.equal(made.client.state, 'CONNECTED');
  });

  it('has reconnected, and its uptime is that of the new connection', async () => {
    const made = await stable();
    sendTo(made.transport.last, 'b');
    await made.clock.advance(0);
    await arrive(made);
    await made.clock.advance(700);
    const { reconnects, reconnectsPerMinute, uptimeMillis } = made.client.metrics();
    assert.deepEqual([reconnects, reconnectsPerMinute, uptimeMillis], [1, 1, 700]);
  });

  it('tries three times, 5 s apart, to get to the new host, and stays while it cannot',
    async () => {
      const made = await stable();
      const { client, clock, transport } = made;
      sendTo(transport.last, 'b');
      const waits = [];
      for (let tries = 0; tries < 4; tries++) {
        waits.push(await nextConnection(made));
        transport.last.end();
        transport.connections[0].receive({ type: 'pong' }); // It still serves.
      }
      assert.deepEqual(waits, [0, 5_000, 5_000, undefined]);
      assert.equal(client.state, 'CONNECTED');
      sendTo(transport.connections[0], 'c', 10); // The server says it anew: three more.
      await clock.advance(9_000);
      assert.equal(transport.last.target.url.host, 'c:2');
      transport.last.end();
      assert.equal(await nextConnection(made), 5_000);
    });

  it('stays away when the old host says so for good in the middle of it', async () => {
    for (const [code, cause] of [[4502, 'closed_by_operator'], [1008, 'unauthorised']]) {
      const { client, clock, transport, told } = await stable();
      sendTo(transport.last, 'b');
      await clock.advance(0);
      const [old, next] = transport.connections;
      old.end({ code });
      assert.deepEqual([client.state, told.state.at(-1).cause], ['CLOSED', cause]);
      assert.equal(next.aborted, true);
      assert.equal(clock.pending, 0);
    }
  });

  it('goes on to the new host when the old one ends in any other way', async () => {
    const made = await stable();
    const { client, clock, transport } = made;
    sendTo(transport.last, 'b');
    await clock.advance(0);
    transport.connections[0].end({ code: 1001 });
    await arrive(made);
    assert.equal(client.state, 'CONNECTED');
    assert.equal(transport.connections.length, 2);
  });

  it('counts the end of the old host in the middle of it as the failure that it is', async () => {
    const made = await stable({ alerts: [{ failures: 1, withinMillis: 1_000 }] });
    const { client, clock, transport, told } = made;
    sendTo(transport.last, 'b');
    await clock.advance(0);
    transport.connections[0].end({ code: 1006 });
    assert.equal(told.alert.length, 1);
    await arrive(made);
    assert.equal(client.metrics().attempts, 0, 'it was sent there');
    transport.last.end({ code: 1006 });
    assert.equal(told.state.at(-1).delayMillis, 2_000, 'the second retry');
  });

  it('moves at once again when it had a stable connection', async () => {
    const made = world();
    await made.connected();
    for (let moves = 0; moves < 3; moves++) {
      sendTo(made.transport.last, 'b');
      await nextConnection(made);
      await arrive(made);
    }
    await made.clock.advance(10_000);
    sendTo(made.transport.last, 'c');
    assert.equal(await nextConnection(made), 0);
  });

  it('has forgotten its failures when it moves away from a stable connection', async () => {
    const made = world();
    const { client, clock, transport, connected } = made;
    await connected();
    transport.last.end();
    await clock.advance(1_000);
    await arrive(made);
    assert.equal(client.metrics().attempts, 1);
    await clock.advance(10_000);
    sendTo(transport.last, 'b');
    await clock.advance(0);
    await arrive(made);
    assert.equal(client.metrics().attempts, 0);
  });
});

describe('a client between two servers', () => {
  /** The move to b has begun; its server has not said anything yet. */
  async function between(options) {
    const made = await stable(options);
    sendTo(made.transport.last, 'b');
    await made.clock.advance(0);
    const [old, there] = made.transport.connections;
    return { ...made, old, there };
  }

  it('takes the takeover that the old one reports for its own after its hello', async () => {
    const { client, told, old, there } = await between();
    there.open();
    old.end({ code: 4500 });
    there.receive(RESUMED);
    await settle();
    assert.equal(client.state, 'CONNECTED');
    assert.equal(there.aborted, false);
    assert.deepEqual(told.state.map(({ state }) => state).slice(-3),
      ['DISCONNECTED', 'CONNECTING', 'CONNECTED']);
  });

  it('is replaced by somebody else before that', async () => {
    const { client, told, old, there } = await between();
    old.end({ code: 4500 });
    assert.deepEqual([client.state, told.state.at(-1).cause], ['CLOSED', 'replaced']);
    assert.equal(there.aborted, true);
  });

  for (const refusal of [
    { type: 'shutting_down', reconnect_after: 60 },
    { type: 'shutdown_warning', reconnect_after: 60, timeout_seconds: 1 },
    { type: 'server_migration', new_host: 'c', new_port: 3, migrate_after: 0 },
    { type: 'error', code: 'unavailable', message: 'later' },
  ]) {
    it(`does not move to a server that says ${refusal.type}, nor does what it says`, async () => {
      const { client, clock, transport, told, old, there } = await between();
      there.open();
      there.receive(refusal);
      assert.equal(there.aborted, true);
      assert.equal(client.state, 'CONNECTED');
      assert.deepEqual(told.notice.map(({ type }) => type), ['server_migration']);
      assert.deepEqual(told.error, []);
      old.end({ code: 1006 });
      await clock.advance(0);
      assert.equal(transport.last.target.url.host, 'b:2', 'where the old one has sent it');
      assert.equal(transport.connections.length, 3);
    });
  }

  it('hears nothing of the new one before its welcome', async () => {
    const { client, told, there } = await between();
    there.open();
    there.receive({ type: 'message', stream: 'lobby', seq: 1, room: 'lobby', data: 'early' });
    there.receive({ type: 'message', room: 'lobby', data: 'early' });
    assert.deepEqual(told.message, []);
    assert.equal(client.session.positions.lobby.seq, 0);
    there.receive(RESUMED);
    there.receive({ type: 'message', stream: 'lobby', seq: 1, room: 'lobby', data: 'late' });
    assert.deepEqual(told.message.map(({ data }) => data), ['late']);
  });

  it('answers the pings of both', async () => {
    const { old, there } = await between({ dialect: 'deepstream' });
    there.open();
    there.takeSent();
    there.receive({ type: 'ping' });
    old.receive({ type: 'ping' });
    for (const one of [there, old]) {
      assert.deepEqual(one.takeSent(), [{ type: 'pong' }]);
    }
  });

  it('stays when the new one speaks something else', async () => {
    const { client, old, there } = await between();
    there.open();
    there.receive('hello?');
    assert.equal(there.refused.code, 1002);
    assert.equal(client.state, 'CONNECTED');
    assert.equal(old.closed, undefined);
  });

  it('does not take the life of the new one for the old one\'s', async () => {
    const { clock, transport, lines, old } = await between();
    for (let tries = 0; tries < 3; tries++) {
      transport.last.open();
      await clock.advance(5_000);
      transport.last.receive({ type: 'ping' });
      transport.last.end();
      await clock.advance(5_000);
    }
    await clock.advance(44_999);
    assert.equal(old.aborted, false);
    await clock.advance(1); // 75 s since it has sent us away, the last that it said.
    assert.equal(old.aborted, true);
    assert.ok(lines.some((line) => /^\[TIMEOUT\] .*: nothing received/.test(line)));
  });

  it('comes back to the new one when the old one then shuts down, as it says', async () => {
    const made = await stable();
    const { clock, transport } = made;
    sendTo(transport.last, 'b', 30);
    transport.last.receive({ type: 'shutdown_warning', reconnect_after: 40, timeout_seconds: 60 });
    await settle();
    assert.equal(transport.last.closed.code, 1000);
    transport.last.end({ code: 1000 });
    assert.equal(await nextConnection(made), 40_000);
    assert.equal(transport.last.target.url.host, 'b:2');
    assert.equal(transport.connections.length, 2);
  });

  it('is never between two when it was not asked to resume: it leaves first', async () => {
    const made = await stable({ resume: false });
    const { clock, transport } = made;
    sendTo(transport.last, 'b', 30);
    await clock.advance(29_999);
    assert.equal(transport.last.closed, undefined);
    await clock.advance(1);
    assert.equal(transport.last.closed.code, 1000);
    assert.equal(transport.connections.length, 1);
    transport.last.end({ code: 1000 });
    await clock.advance(0);
    assert.equal(transport.last.target.url.host, 'b:2');
  });
});

describe('a server that says welcome twice', () => {
  it('is heard the first time', async () => {
    const { client, transport, told } = await stable();
    const sent = client.send('x');
    const [{ id }] = transport.last.takeSent();
    transport.last.receive({ ...RESUMED, session_restored: false, session_token: 'T9' });
    await settle();
    assert.equal(client.session.token, 'T1');
    assert.equal(told.session.length, 1);
    transport.last.receive({ type: 'ack', id, stream: 'lobby', seq: 1 });
    assert.equal((await sent).seq, 1);
  });
});
