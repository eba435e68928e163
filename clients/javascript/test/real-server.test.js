import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { HoldfastClient, ReconnectingWebSocket } from '../src/node.js';
import { HoldfastServer, launcher } from './support/holdfast-server.js';
import { until } from './support/until.js';

if (!launcher) {
  console.log('real-server tests not run: no built server here (./holdfast serve builds one)');
}

/** Longer than a restart takes on a busy machine. */
const sendTimeoutMillis = 240_000;
/** No waiting for a production backoff. */
const fast = { firstMillis: 50, capMillis: 200, jitter: 'none', maxAttempts: Infinity };

describe('against the real server', { skip: !launcher, timeout: 600_000 }, () => {
  const server = new HoldfastServer([
    'rooms.max_messages_per_minute=0', 'store.engine=disk', 'rooms.shutdown_timeout=5s',
    'bot.connections_per_minute_per_ip=0']);
  const clients = [];

  before(() => server.start());
  after(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await server.destroy();
  });

  function client(clientId, options = {}) {
    const made = new HoldfastClient(server.url,
      { clientId, resume: true, backoff: fast, sendTimeoutMillis, ...options });
    clients.push(made);
    return made;
  }

  it('sends, receives, joins, asks who is there and sends to one client alone', async () => {
    const alice = client('alice');
    const bob = client('bob');
    const toBob = [];
    bob.on('message', (message) => toBob.push(message));
    await Promise.all([alice.connect(), bob.connect()]);

    await bob.join('kitchen');
    const ack = await alice.send({ n: 1 }, { room: 'kitchen' });
    assert.equal(ack.stream, 'kitchen');
    assert.equal(ack.seq, 1);
    await alice.direct('bob', 'psst');
    await until(() => toBob.length === 2, 'two messages at bob');

    assert.deepEqual(toBob.map(({ type, data, from }) => [type, data, from]),
      [['message', { n: 1 }, 'alice'], ['direct', 'psst', 'alice']]);
    const { clients: names } = await alice.who('kitchen');
    assert.deepEqual(names, ['bob']);
    await assert.rejects(alice.direct('nobody', 1),
      { kind: 'rejected', code: 'not_connected', retryable: true });
  });

  it('loses nothing and gets nothing twice while the server is restarted under it', async () => {
    const reader = client('reader');
    const writer = client('writer');
    const seen = [];
    const gaps = [];
    reader.on('message', ({ data }) => seen.push(data));
    reader.on('gap', (gap) => gaps.push(gap));
    await Promise.all([reader.connect(), writer.connect()]);
    await reader.join('feed');

    const acks = [];
    let writing = true;
    let n = 0;
    const writes = (async () => {
      while (writing) {
        if (writer.metrics().queueLength < 256) { // The queue is bounded; a restart takes a while.
          acks.push(writer.send(n++, { room: 'feed' }));
        }
        await new Promise((resolve) => {
          setTimeout(resolve, 2);
        });
      }
    })();
    for (const signal of ['SIGTERM', 'SIGKILL']) {
      const before = seen.length;
      await until(() => seen.length > before + 50, 'messages to flow');
      await server.stop(signal);
      await server.start();
      const restarted = seen.length;
      await until(() => seen.length > restarted + 50, 'messages to flow again');
    }
    writing = false;
    await writes;
    const outcomes = await Promise.allSettled(acks);
    const sent = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []));
    await until(() => seen.length >= sent.length, 'the last message');

    assert.equal(sent.length, n, 'every message was acked');
    assert.deepEqual(seen, sent, 'each acked message arrived once, in order');
    assert.deepEqual(gaps, []);
    assert.ok(reader.metrics().reconnects >= 2);
  });

  it('goes on from a saved session in another life', async () => {
    const first = client('phoenix');
    await first.connect();
    await first.join('ashes');
    const saved = JSON.parse(JSON.stringify(first.session));
    await first.close();
    const writer = client('writer-2');
    await writer.connect();
    await writer.send('while away', { room: 'ashes' });

    const second = client('phoenix', { session: saved });
    const restored = [];
    second.on('session', (session) => restored.push(session));
    const messages = second.messages({ room: 'ashes' });
    await second.connect();

    assert.equal((await messages.next()).value.data, 'while away');
    assert.equal(restored[0].restored, true);
  });

  it('bots show fresh credentials in the middle of a connection', async () => {
    const bot = new HoldfastClient(server.botUrl, { clientId: 'renewed', resume: true, backoff: fast });
    clients.push(bot);
    await bot.connect();
    const before = bot.session.token;
    await bot.reauth();
    assert.notEqual(bot.session.token, before);
    assert.equal((await bot.send('still here')).status, 'ok');
    assert.equal(bot.metrics().reconnects, 0);
  });

  it('is told that it was replaced and does not fight over its name', async () => {
    const older = client('twin');
    await older.connect();
    const newer = client('twin');
    await newer.connect();
    await until(() => older.state === 'CLOSED', 'the older one to be closed');
    assert.equal(newer.state, 'CONNECTED');
  });

  it('terminates as a deepstream application when it is asked to', async () => {
    const terminated = [];
    const app = new HoldfastClient(`${server.url}/deepstream/ws`, {
      resume: true,
      clientId: 'cam-7',
      resume: true, // Without it events have no acks.
      backoff: fast,
      onTerminate: (request) => {
        terminated.push(request);
      },
    });
    clients.push(app);
    await app.connect();
    const ack = await app.event('fps_low', { fps: 9 });
    assert.equal(ack.stream, 'deepstream.events');

    const stopped = server.stop();
    await until(() => app.state === 'CLOSED', 'the application to close');
    await stopped;
    await server.start();
    assert.equal(terminated[0].reason, 'Server shutting down');
    assert.match(server.log, /"acknowledged":1\b/);
  });

  for (const features of [['resume'], ['resume', 'length-prefixed', 'gzip']]) {
    it(`bots speak TCP with ${features.join(', ')}, over a restart too`, async () => {
      const name = `bot-${features.length}`;
      const garage = `garage-${features.length}`;
      const own = { backoff: fast, sendTimeoutMillis, resume: true };
      const bot = new HoldfastClient(server.botUrl, { ...own, clientId: name, features });
      const other = new HoldfastClient(server.botUrl, { ...own, clientId: `${name}-2` });
      clients.push(bot, other);
      const seen = [];
      const gaps = [];
      bot.on('message', ({ data }) => seen.push(data));
      bot.on('gap', (gap) => gaps.push(gap));
      await Promise.all([bot.connect(), other.connect()]);
      const long = 'long '.repeat(10_000);
      await other.send(long);
      await bot.join(garage);
      await other.direct(name, { psst: true });

      await server.stop('SIGKILL');
      const waiting = other.send('after', { room: garage });
      await server.start();
      await waiting;
      await until(() => seen.length === 3, 'three messages');

      assert.deepEqual(seen, [long, { psst: true }, 'after']);
      assert.deepEqual(gaps, []);
      assert.equal((await bot.who(garage)).count, 1);
    });
  }

  it('a drop-in WebSocket speaks to it without knowing anything of it', async () => {
    const socket = new ReconnectingWebSocket(`${server.url}/ws/plain`, [], { backoff: fast });
    clients.push(socket);
    const texts = [];
    socket.onmessage = ({ data }) => texts.push(JSON.parse(data));
    socket.send(JSON.stringify({ type: 'who', id: 'q' }));
    await until(() => texts.some(({ id }) => id === 'q'), 'the answer');
    assert.equal(texts[0].type, 'welcome');
    const closed = new Promise((resolve) => {
      socket.onclose = resolve;
    });
    socket.close(1000);
    assert.equal((await closed).code, 1000);
    assert.deepEqual(socket.runningTimers, []);
  });
});
