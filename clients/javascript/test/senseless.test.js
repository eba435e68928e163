import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HoldfastClient } from '../src/node.js';
import { settle } from './support/fake-clock.js';
import { WELCOME, world } from './support/worlds.js';

/** Node ends the process for one of these. Returns a function that stops, and gives them. */
function unhandledRejections() {
  const seen = [];
  const see = (reason) => seen.push(reason);
  process.on('unhandledRejection', see);
  return async () => {
    await new Promise(setImmediate); // They are reported when the microtasks are over.
    process.off('unhandledRejection', see);
    return seen;
  };
}

describe('a server that speaks the language and makes no sense', () => {
  for (const [what, message] of Object.entries({
    'a stream that is null': { type: 'welcome', streams: { lobby: null } },
    'features that are a number': { type: 'welcome', streams: 1, features: 7 },
  })) {
    it(`${what}: never more than a protocol error`, async () => {
      const { client, transport, told } = world();
      client.connect();
      await settle();
      transport.last.open();
      transport.last.receive(message);
      assert.ok(client.state === 'CONNECTED' || told.error[0].kind === 'protocol');
      assert.ok(told.error.every(({ kind }) => kind === 'protocol'));
    });
  }

  for (const nonsense of ['soon', -1, null, {}, '1e999']) {
    it(`reconnect_after ${JSON.stringify(nonsense)} is no advice, and no tight loop`, async () => {
      const { transport, told, connected } = world();
      await connected();
      transport.last.receive({ type: 'shutting_down', reconnect_after: nonsense });
      transport.last.end({ code: 1006 });
      assert.equal(told.state.at(-1).delayMillis, 1_000);
    });

    it(`bot: retry_after ${JSON.stringify(nonsense)} neither`, async () => {
      const { client, transport, told } = world({ dialect: 'bot' }, 'tcp://one.example:9000');
      client.connect();
      await settle();
      transport.last.open();
      transport.last.receive({ event: 'error', data: { code: 'blocked', retry_after: nonsense } });
      transport.last.end({ code: 1006 });
      assert.equal(told.state.at(-1).delayMillis, 10_000, '1013');
    });
  }

  it('shutdown_warning with a nonsensical time leaves after its acks all the same', async () => {
    const { client, clock, transport, connected } = world();
    await connected();
    client.send(1).catch(() => {});
    transport.last.receive({ type: 'shutdown_warning', timeout_seconds: 'x', reconnect_after: 5 });
    await clock.advance(4_999);
    assert.equal(transport.last.closed, undefined, 'the ack is waited for');
    await clock.advance(1);
    assert.equal(transport.last.closed.code, 1000, 'but not for ever');
  });

  it('terminate_app in a dialect that has none is a notice, and the client stays', async () => {
    const rejections = unhandledRejections();
    for (const [url, welcome, terminate] of [
      ['tcp://one.example:9000', { event: 'welcome', data: { streams: {} } },
        { event: 'terminate_app', data: {} }],
      ['ws://one.example/', WELCOME, { type: 'terminate_app', request_id: 'r' }],
    ]) {
      const { client, transport, told, connected } = world({}, url);
      await connected(welcome);
      transport.last.receive(terminate);
      await settle();
      assert.equal(told.notice.at(-1).type, 'terminate_app');
      assert.equal(client.state, 'CONNECTED');
    }
    assert.deepEqual(await rejections(), []);
  });

  it('a migration to nowhere leads back to the configured address', async () => {
    for (const at of [{ new_host: 'a b', new_port: 1 }, { new_host: 'x', new_port: 70_000 }, {}]) {
      const { clock, transport, connected } = world();
      await connected();
      await clock.advance(10_000);
      transport.last.receive({ type: 'server_migration', migrate_after: 'x', ...at });
      await clock.advance(0);
      assert.equal(transport.last.closed.code, 1000, 'it is sent away all the same');
      transport.last.end({ code: 1000 });
      await clock.advance(5_000);
      assert.equal(transport.last.target.url.host, 'one.example');
      assert.equal(transport.connections.length, 2);
    }
  });
});

describe('an application that makes no sense', () => {
  it('a message that is no JSON is refused at once, and harms no other', async () => {
    const { client, transport, connected } = world();
    await connected();
    const circular = {};
    circular.self = circular;
    for (const data of [10n, circular]) {
      await assert.rejects(client.send(data), { kind: 'rejected', code: 'bad_message' });
    }
    assert.equal(client.metrics().queueLength, 0);
    client.send('fine').catch(() => {});
    assert.equal(transport.last.takeSent().at(-1).data, 'fine');
  });

  it('a command whose result is no JSON is answered with ERROR', async () => {
    const rejections = unhandledRejections();
    const circular = {};
    circular.self = circular;
    for (const result of [10n, circular]) {
      const { client, transport, connected } = world({ onCommand: () => result },
        'ws://one.example/deepstream/ws');
      await connected({ type: 'ready_ack', status: 'ok' });
      transport.last.receive({ type: 'command', request_id: 'c1', command: 'zoom' });
      await settle();
      const [answer] = transport.last.takeSent();
      assert.deepEqual([answer.request_id, answer.status], ['c1', 'ERROR']);
      assert.equal(client.state, 'CONNECTED');
    }
    assert.deepEqual(await rejections(), []);
  });

  it('a command that fails with what has no words is told, and ends no process', async () => {
    const rejections = unhandledRejections();
    const { transport, told, connected } = world({
      onCommand: () => Promise.reject(Object.create(null)),
    }, 'ws://one.example/deepstream/ws');
    await connected({ type: 'ready_ack', status: 'ok' });
    transport.last.receive({ type: 'command', request_id: 'c1', command: 'zoom' });
    await settle();
    assert.equal(told.error.length, 1);
    assert.deepEqual(await rejections(), []);
  });

  it('a dialect that needs a name says so at once', () => {
    for (const [url, field] of [['ws://x/deepstream/ws', 'instance_id'],
      ['tcp://x:9000', 'client_key']]) {
      assert.throws(() => new HoldfastClient(url),
        { name: 'TypeError', message: new RegExp(field) });
    }
  });

});

describe('health', () => {
  const answers = {
    'a page that is no JSON': [async () => new Response('<h1>502</h1>', { status: 502 }), true],
    'JSON of somebody else': [async () => new Response('null'), true],
    'a healthy server': [async () => new Response('{"status":"healthy"}'), true],
    'a server that shuts down': [
      async () => new Response('{"status":"shutting_down"}', { status: 503 }), false],
    'no answer': [async () => {
      throw new TypeError('fetch failed');
    }, false],
    'an answer that takes longer than 5 s': [() => new Promise(() => {}), false],
  };
  for (const [what, [fetch, connects]] of Object.entries(answers)) {
    it(`${what}: ${connects ? 'it connects' : 'it waits, and that counts as no failure'}`,
      async () => {
        const { client, clock, transport, told, connected } = world({ health: true, fetch });
        await connected();
        transport.last.end();
        await clock.advance(1_000);
        for (let i = 0; i < 20; i++) { // A Response is read in turns that no fake clock sees.
          await new Promise(setImmediate);
        }
        await clock.advance(5_000);
        assert.equal(transport.connections.length, connects ? 2 : 1);
        assert.equal(told.error.some(({ kind }) => kind === 'server_not_ready'), !connects);
        assert.equal(client.metrics().attempts, 1, 'the connection that was lost');
      });
  }
});
