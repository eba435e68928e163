import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HoldfastClient, HoldfastError } from '../src/node.js';
import { settle } from './support/fake-clock.js';
import { RESUMED, WELCOME, world } from './support/worlds.js';

describe('HoldfastClient', () => {
  it('leaves no timer and no listener behind when it is closed, however often', async () => {
    const { client, clock, transport, environment, connected } = world();
    await connected();
    const closed = [client.close(), client.close()];
    await settle();
    transport.last.end({ code: 1000 });
    await Promise.all([...closed, client.close()]);
    assert.equal(client.state, 'CLOSED');
    assert.equal(clock.pending, 0);
    assert.equal(environment.stopped, true);
    await assert.rejects(client.send(1), { kind: 'not_sent' });
  });

  it('waits for acks when it is closed, and no longer than its timeout', async () => {
    const { client, clock, transport, connected } = world();
    await connected();
    const sent = client.send(1);
    let closed = false;
    client.close({ timeoutMillis: 3_000 }).then(() => {
      closed = true;
    });
    await clock.advance(2_999);
    assert.equal(transport.last.closed, undefined, 'still waiting for the ack');
    assert.equal(closed, false);
    await clock.advance(1);
    assert.equal(closed, true);
    await assert.rejects(sent, { kind: 'outcome_unknown' });
    assert.equal(clock.pending, 0);
  });

  it('saves no place beyond the messages that an iteration has still to take', async () => {
    const { client, transport, connected } = world();
    await connected();
    const reader = client.messages();
    for (const seq of [1, 2, 3]) {
      transport.last.receive({ stream: 'lobby', seq, type: 'message', room: 'lobby', data: seq });
    }
    assert.equal(client.session.positions.lobby.seq, 0);
    await reader.next();
    await reader.next();
    const closed = client.close();
    await settle();
    transport.last.end({ code: 1000 });
    await closed;
    assert.deepEqual(client.session, { token: 'T1', positions: { lobby: { epoch: 'e', seq: 1 } } });
    await reader.next();
    assert.equal((await reader.next()).done, true);
    assert.equal(client.session.positions.lobby.seq, 3);
  });

  it('keeps no more bytes for a slow iteration than it was allowed, and says what it dropped',
    async () => {
      const { client, transport, told, connected } = world();
      await connected();
      const reader = client.messages({ limitBytes: 1_000 });
      const say = (seq, characters) => transport.last.receive({ stream: 'lobby', seq,
        type: 'message', room: 'lobby', data: 'ї'.repeat(characters) });
      say(1, 200);
      say(2, 200);
      assert.equal(client.metrics().queued, 2);
      const { queuedBytes } = client.metrics();
      assert.ok(queuedBytes > 800 && queuedBytes < 1_000, `${queuedBytes} bytes`);
      say(3, 200);
      assert.deepEqual(told.gap, [{ stream: 'lobby', from: 1, to: 1, reason: 'slow_reader' }]);
      say(4, 2_000);
      assert.equal((await reader.next()).value.seq, 4);
      assert.deepEqual([client.metrics().dropped, client.metrics().queuedBytes], [3, 0]);
    });

  it('keeps token and positions together where a server has no sessions', async () => {
    const { client, clock, transport, told, connected } = world();
    await connected();
    const before = client.session;
    transport.last.end();
    await clock.advance(1_000);
    transport.last.open();
    transport.last.receive({ type: 'welcome', client_id: 'a' });
    assert.deepEqual(told.gap, [{ stream: 'lobby', reason: 'session' }]);
    assert.deepEqual(client.session, before);
  });

  it('moves to another host there first, and leaves the old one only then', async () => {
    const { client, clock, transport, told, connected } = world();
    await connected();
    const [old] = transport.connections;
    const sent = client.send('on the way');
    old.receive({
      type: 'server_migration', new_host: 'two.example', new_port: 81, migrate_after: 30,
    });
    await clock.advance(27_000);
    const next = transport.last;
    assert.equal(next.target.url.host, 'two.example:81');
    assert.equal(client.state, 'CONNECTED');
    next.open();
    old.receive({ stream: 'lobby', seq: 1, type: 'message', room: 'lobby', data: 'via old' });
    assert.equal(old.closed, undefined);
    next.receive({ ...RESUMED, streams: { lobby: { epoch: 'e', head: 2, recovered: 2 } } });
    await settle();
    assert.deepEqual(old.closed, { code: 1000, reason: 'Moved' });
    next.receive({ stream: 'lobby', seq: 1, type: 'message', room: 'lobby', data: 'via old' });
    next.receive({ stream: 'lobby', seq: 2, type: 'message', room: 'lobby', data: 'via new' });
    assert.deepEqual(told.message.map(({ data }) => data), ['via old', 'via new']);
    assert.deepEqual(told.gap, []);
    assert.deepEqual(told.state.map(({ state }) => state), ['CONNECTING', 'CONNECTED']);
    const [hello, again] = next.takeSent();
    assert.equal(hello.positions.lobby.seq, 0);
    assert.equal(again.data, 'on the way');
    next.receive({ type: 'ack', id: again.id, status: 'ok', stream: 'lobby', seq: 3 });
    assert.equal((await sent).seq, 3);
  });

  it('stays where it is when the move fails, until the old host closes', async () => {
    const { client, clock, transport, connected } = world();
    await connected();
    const [old] = transport.connections;
    old.receive({ type: 'server_migration', new_host: 'b', new_port: 2, migrate_after: 10 });
    await clock.advance(9_000);
    transport.last.end();
    assert.equal(client.state, 'CONNECTED');
    old.end({ code: 4102, reason: 'b:2' });
    assert.equal(client.state, 'DISCONNECTED');
    await clock.advance(1_000);
    assert.equal(transport.last.target.url.host, 'b:2');
    assert.equal(transport.connections.length, 3);
  });

  it('leaves when the server shuts down, after its acks, and comes back when it was told',
    async () => {
      const { client, clock, transport, connected } = world();
      await connected();
      const first = client.send(1);
      const [{ id }] = transport.last.takeSent();
      transport.last.receive({ type: 'shutdown_warning', timeout_seconds: 60, reconnect_after: 7 });
      const second = client.send(2);
      await settle();
      assert.deepEqual(transport.last.takeSent(), []);
      assert.equal(transport.last.closed, undefined);
      transport.last.receive({ type: 'ack', id, status: 'ok', stream: 'lobby', seq: 1 });
      await first;
      await settle();
      assert.equal(transport.last.closed.code, 1000);
      transport.last.end({ code: 1000 });
      await clock.advance(6_999);
      assert.equal(transport.connections.length, 1);
      await clock.advance(1);
      transport.last.open();
      transport.last.receive(RESUMED);
      await settle();
      const [, again] = transport.last.takeSent();
      assert.equal(again.data, 2);
      transport.last.receive({ type: 'ack', id: again.id, status: 'ok' });
      await second;
    });

  it('joins its rooms again in a new session, and leaves the lobby again if it had left',
    async () => {
      const { client, clock, transport, connected } = world();
      await connected();
      const joined = client.join('kitchen');
      const left = client.leave('lobby');
      for (const { id, type } of transport.last.takeSent()) {
        transport.last.receive(type === 'join'
          ? { type: 'ack', id, status: 'ok', stream: 'kitchen', epoch: 'k', seq: 4 }
          : { type: 'ack', id, status: 'ok' });
      }
      await Promise.all([joined, left]);
      transport.last.end();
      await clock.advance(1_000);
      transport.last.open();
      transport.last.receive({ ...RESUMED, session_restored: false });
      await settle();
      const [, ...requests] = transport.last.takeSent();
      assert.deepEqual(requests.map(({ type, room }) => [type, room]),
        [['join', 'kitchen'], ['leave', 'lobby']]);
      const { id } = requests[0];
      transport.last.receive({
        type: 'ack', id, status: 'ok', stream: 'kitchen', epoch: 'k2', seq: 9,
      });
      assert.equal(client.session.positions.kitchen.seq, 9);
    });

  it('asks again, in a new session, what is harmless to ask twice', async () => {
    const { client, clock, transport, connected } = world();
    await connected();
    const outcome = Promise.allSettled([client.join('kitchen'), client.send('x')]);
    transport.last.end();
    await clock.advance(1_000);
    transport.last.open();
    transport.last.receive({ ...RESUMED, session_restored: false });
    await settle();
    const [, join, ...others] = transport.last.takeSent();
    assert.equal(join.type, 'join');
    assert.deepEqual(others, []);
    transport.last.receive({ type: 'ack', id: join.id, status: 'ok' });
    const [joined, sent] = await outcome;
    assert.equal(joined.status, 'fulfilled');
    assert.equal(sent.reason.kind, 'outcome_unknown');
  });

  it('gets a fresh token before each try, also after 4501', async () => {
    let tokens = 0;
    const { clock, transport, connected } = world({ token: async () => `token-${++tokens}` });
    await connected();
    transport.last.end({ code: 4501, reason: 'Token expired' });
    await clock.advance(1_000);
    assert.deepEqual(transport.connections.map(({ target }) => target.headers.Authorization),
      ['Bearer token-1', 'Bearer token-2']);
  });

  it('cleans up, says so, and only then closes, when it is asked to terminate', async () => {
    const finish = {};
    const { client, transport, told, connected } = world({
      onTerminate: () => new Promise((resolve) => {
        finish.now = resolve;
      }),
    }, 'ws://one.example/deepstream/ws');
    await connected({ type: 'ready_ack', status: 'ok', session_restored: false });
    transport.last.receive({ type: 'terminate_app', request_id: 'r1', reason: 'bye' });
    await settle();
    assert.deepEqual(transport.last.takeSent(), []);
    finish.now();
    await settle();
    assert.deepEqual(transport.last.takeSent(), [{
      type: 'app_terminated', request_id: 'r1', status: 'OK',
      message: 'Application terminated gracefully',
    }]);
    assert.equal(transport.last.closed.code, 1000);
    transport.last.end({ code: 1000 });
    assert.equal(client.state, 'CLOSED');
    assert.equal(told.state.at(-1).cause, 'finished');
  });

  it('cleans up once, and answers where it was asked last, when it is asked again', async () => {
    let runs = 0;
    const finish = {};
    const { client, clock, transport, connected } = world({
      onTerminate: () => new Promise((resolve) => {
        runs++;
        finish.now = resolve;
      }),
    }, 'ws://one.example/deepstream/ws');
    await connected({ type: 'ready_ack', status: 'ok' });
    transport.last.receive({ type: 'terminate_app', request_id: 'r1' });
    transport.last.end();
    await clock.advance(1_000);
    transport.last.open();
    transport.last.receive({ type: 'ready_ack', status: 'ok' });
    transport.last.takeSent();
    transport.last.receive({ type: 'terminate_app', request_id: 'r2' });
    await settle();
    finish.now();
    await settle();
    assert.equal(runs, 1);
    assert.deepEqual(transport.last.takeSent().map(({ type, request_id }) => [type, request_id]),
      [['app_terminated', 'r2']]);
    assert.equal(transport.last.closed.code, 1000);
    transport.last.end({ code: 1000 });
    assert.equal(client.state, 'CLOSED');
    assert.equal(clock.pending, 0);
  });

  it('says ERROR when the clean-up fails or takes too long', async () => {
    for (const onTerminate of [() => {
      throw new Error('stuck valve');
    }, () => new Promise(() => {})]) {
      const { clock, transport, connected } = world({ onTerminate, terminateTimeoutMillis: 500 },
        'ws://one.example/deepstream/ws');
      await connected({ type: 'ready_ack', status: 'ok' });
      transport.last.receive({ type: 'terminate_app', request_id: 'r1' });
      await clock.advance(500);
      const [answer] = transport.last.takeSent();
      assert.equal(answer.status, 'ERROR');
      assert.match(answer.message, /stuck valve|longer than 500 ms/);
    }
  });

  it('runs a command once, however often it is sent, and gives the same result', async () => {
    let runs = 0;
    const { transport, connected } = world({ onCommand: ({ args }) => ({ runs: ++runs, args }) },
      'ws://one.example/deepstream/ws');
    await connected({ type: 'ready_ack', status: 'ok' });
    const command = { type: 'command', request_id: 'c1', command: 'zoom', args: 2 };
    transport.last.receive(command);
    transport.last.receive(command);
    await settle();
    const result = {
      type: 'command_result', request_id: 'c1', status: 'OK', data: { runs: 1, args: 2 },
    };
    assert.deepEqual(transport.last.takeSent(), [result, result]);
  });

  it('alerts on failures, on a long time without connection, and on gaps', async () => {
    const { client, clock, transport, told, connected } = world({
      alerts: [
        { failures: 2, withinMillis: 60_000 }, { notConnectedMillis: 20_000 }, { gap: true },
      ],
    });
    client.connect();
    await clock.advance(0);
    transport.last.end();
    assert.equal(told.alert.length, 0);
    await clock.advance(1_000);
    transport.last.end();
    assert.equal(told.alert[0].failures, 2);
    await clock.advance(19_000);
    assert.equal(told.alert[1].notConnectedMillis, 20_000);
    await connected({
      ...RESUMED,
      streams: { lobby: { epoch: 'e', head: 5, recovered: 0, gap: { reason: 'epoch' } } },
    });
    assert.deepEqual(told.alert[2].gap, { stream: 'lobby', reason: 'epoch' });
    assert.equal(told.alert.length, 3);
  });

  it('a tab that wakes up asks the server, and gives it 10 s', async () => {
    const { client, clock, transport, environment, told, connected } = world();
    await connected();
    await clock.advance(5_000);
    environment.visible();
    assert.deepEqual(transport.last.takeSent(), [{ type: 'ping' }]);
    transport.last.receive({ type: 'pong' });
    await clock.advance(10_000);
    assert.equal(client.state, 'CONNECTED');
    environment.goOffline();
    await clock.advance(10_000);
    assert.equal(client.state, 'DISCONNECTED');
    assert.equal(told.error.at(-1).kind, 'silence');
  });

  it('a message reaches all listeners, also when one throws', async () => {
    const { client, transport, told, lines, connected } = world();
    client.on('message', () => {
      throw new Error('my own mistake');
    });
    const later = [];
    client.on('message', ({ data }) => later.push(data));
    await connected();
    transport.last.receive({ stream: 'lobby', seq: 1, type: 'message', room: 'lobby', data: 'x' });
    assert.deepEqual(later, ['x']);
    assert.equal(told.message.length, 1);
    assert.equal(client.state, 'CONNECTED');
    assert.ok(lines.some((line) => line.includes('my own mistake')));
  });

  it('a reader that is too slow loses the oldest, is told, and stalls nobody', async () => {
    const { client, transport, told, connected } = world();
    const reader = client.messages({ limit: 2 });
    await connected();
    for (const seq of [1, 2, 3]) {
      transport.last.receive({ stream: 'lobby', seq, type: 'message', room: 'lobby', data: seq });
    }
    assert.deepEqual(told.gap, [{ stream: 'lobby', from: 1, to: 1, reason: 'slow_reader' }]);
    assert.equal((await reader.next()).value.data, 2);
    const closing = client.close();
    await settle();
    transport.last.end({ code: 1000 });
    await closing;
    assert.equal((await reader.next()).value.data, 3);
    assert.equal((await reader.next()).done, true);
  });

  it('begins each of its log lines with a word that can be searched for', async () => {
    const { clock, transport, lines, connected } = world({ token: 'very-secret' });
    await connected();
    transport.last.end({ code: 1006 });
    await clock.advance(1_000);
    transport.last.open();
    transport.last.receive({
      ...RESUMED,
      streams: { lobby: { epoch: 'e', head: 9, recovered: 0, gap: { from: 1, to: 9 } } },
    });
    const words = lines.map((line) => /^\[[A-Z]+\]/.exec(line)?.[0]);
    assert.deepEqual(words,
      ['[CONNECTED]', '[DISCONNECTED]', '[RECONNECTING]', '[CONNECTED]', '[RESUMED]', '[GAP]']);
    assert.ok(!lines.join().includes('secret'));
  });

  it('logs an end that was told as information, and any other as an error', async () => {
    for (const [end, level] of [[{ code: 1011 }, 'info'], [{ code: 4500 }, 'info'],
      [{ code: 1006, error: new HoldfastError('tls', 'x') }, 'error']]) {
      const lines = { info: [], error: [] };
      const { transport, connected } = world({
        logger: { info: (line) => lines.info.push(line), error: (line) => lines.error.push(line) },
      });
      await connected();
      transport.last.end(end);
      assert.ok(lines[level].some((line) => line.startsWith('[DISCONNECTED]')), level);
      assert.ok(level === 'error' || lines.error.length === 0);
    }
  });

  it('counts what is seen from outside', async () => {
    const { client, clock, transport, connected } = world();
    await connected();
    client.send('héllo').catch(() => {});
    const [{ id }] = transport.last.takeSent();
    assert.equal(client.metrics().queueLength, 1);
    transport.last.receive({ type: 'ack', id, status: 'ok' });
    await clock.advance(30_000);
    await clock.advance(40);
    transport.last.receive({ type: 'pong' });
    const first = client.metrics();
    assert.deepEqual([first.state, first.uptimeMillis, first.rttMillis, first.queueLength],
      ['CONNECTED', 30_040, 40, 0]);
    assert.deepEqual([first.messagesSent, first.messagesReceived], [3, 3]);
    assert.ok(first.bytesSent > 50 && first.bytesReceived > 50);
    transport.last.end({ code: 1011 });
    assert.equal(client.metrics().uptimeMillis, 0);
    await clock.advance(1_000);
    transport.last.open();
    transport.last.receive(RESUMED);
    const { reconnects, reconnectsPerMinute, lastCloseCode, attempts } = client.metrics();
    assert.deepEqual([reconnects, reconnectsPerMinute, lastCloseCode, attempts], [1, 1, 1011, 1]);
    await clock.advance(60_000);
    assert.equal(client.metrics().reconnectsPerMinute, 0);
  });

  it('fails at once where that is wanted, and completes when written where no ack is', async () => {
    const { client, clock, transport, connected } = world({ whenDisconnected: 'fail' });
    await assert.rejects(client.send(1), { kind: 'not_sent' });
    await connected();
    assert.equal(await client.send(1, { ack: false }), undefined);
    transport.last.receive({ type: 'shutdown_warning', timeout_seconds: 60 });
    await assert.rejects(client.send(2), { kind: 'not_sent' });
    const patient = world();
    const waiting = patient.client.send(1);
    const failed = assert.rejects(waiting, { kind: 'not_sent' });
    await patient.clock.advance(30_000);
    await failed;
    assert.equal(clock.pending > 0, true);
  });

  it('can be sent with as soon as it says that it is connected, also after it was lost', async () => {
    const { client, clock, transport } = world({ whenDisconnected: 'fail' });
    const outcomes = [];
    client.on('state', ({ state, reconnected }) => {
      if (state === 'CONNECTED') {
        client.send(reconnected ? 'again' : 'first')
          .then(() => outcomes.push('acked'), ({ kind }) => outcomes.push(kind));
      }
    });
    const answer = async () => {
      const { id, data } = transport.last.takeSent().find(({ type }) => type === 'message');
      transport.last.receive({ type: 'ack', id, status: 'ok' });
      await settle();
      return data;
    };
    client.connect();
    await settle();
    transport.last.open();
    transport.last.receive(WELCOME);
    assert.equal(await answer(), 'first');
    transport.last.end();
    await clock.advance(1_000);
    transport.last.open();
    transport.last.receive(RESUMED);
    assert.equal(await answer(), 'again');
    assert.deepEqual(outcomes, ['acked', 'acked']);
  });

  it('sends what waited before what is sent when it says that it is connected', async () => {
    const { client, transport } = world();
    client.send('waited').catch(() => {});
    client.on('state', ({ state }) => {
      if (state === 'CONNECTED') {
        client.send('new').catch(() => {});
      }
    });
    client.connect();
    await settle();
    transport.last.open();
    transport.last.receive(WELCOME);
    await settle();
    assert.deepEqual(transport.last.takeSent().slice(1).map(({ data }) => data), ['waited', 'new']);
  });

  it('says which events there are to whoever asks for another', () => {
    assert.throws(() => world({}, 'ws://x').client.on('messages', () => {}), /no event "messages"/);
  });
});
