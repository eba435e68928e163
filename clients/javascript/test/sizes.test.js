import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HoldfastClient } from '../src/node.js';
import { settle } from './support/fake-clock.js';
import { accept, upgradeServer } from './support/foreign-server.js';
import { WELCOME, world } from './support/worlds.js';

const KIBIBYTE = 1_024;
const MEBIBYTE = KIBIBYTE * KIBIBYTE;

/** The bytes of the last message that was sent. */
const written = ({ transport }) => Buffer.byteLength(transport.last.sent.at(-1));

/** Data of which a message to the lobby has exactly so many bytes. */
function filling(bytes, id) {
  const around = JSON.stringify({ type: 'message', data: '', id }).length;
  return 'x'.repeat(bytes - around);
}

describe('messages that are too large', () => {
  it('are rejected before anything is written, and the connection lives', async () => {
    const { client, transport, connected } = world();
    await connected();
    for (const send of [
      () => client.send('x'.repeat(2 * MEBIBYTE)),
      () => client.direct('bob', 'x'.repeat(MEBIBYTE)),
      () => client.send(filling(MEBIBYTE + 1, 'one-more'), { id: 'one-more' }),
      () => client.send('ї'.repeat(MEBIBYTE / 2)), // 2 bytes each, and what is around them.
      () => client.send('x'.repeat(MEBIBYTE), { ack: false }),
    ]) {
      await assert.rejects(send(), {
        kind: 'rejected', code: 'too_large', message: /has \d+ bytes; at most 1048576 are taken/,
      });
    }
    assert.deepEqual(transport.last.sent, []);
    assert.equal(client.state, 'CONNECTED');
    assert.equal(client.metrics().queueLength, 0);
  });

  it('are those above the limit, not the one at it', async () => {
    const made = world();
    await made.connected();
    made.client.send(filling(MEBIBYTE, 'exactly'), { id: 'exactly' }).catch(() => {});
    assert.equal(written(made), MEBIBYTE);
  });

  it('are what the option says', async () => {
    const made = world({ maxMessageBytes: 200 });
    await made.connected();
    made.client.send(filling(200, 'id'), { id: 'id' }).catch(() => {});
    assert.equal(written(made), 200);
    await assert.rejects(made.client.send(filling(201, 'id2'), { id: 'id2' }),
      { code: 'too_large' });
  });

  it('do not come in either', async () => {
    const server = await upgradeServer((socket, request) => {
      accept(socket, request);
      const head = Buffer.from([0x81, 126, 0, 0]);
      head.writeUInt16BE(301, 2);
      socket.write(Buffer.concat([head, Buffer.alloc(301, ' ')]));
    });
    const client = new HoldfastClient(server.url, { maxMessageBytes: 300 });
    try {
      const error = await new Promise((resolve) => {
        client.on('error', resolve);
        client.connect().catch(() => {});
      });
      assert.deepEqual([error.kind, error.code], ['protocol', 1009]);
    } finally {
      await client.close();
      await server.close();
    }
  });

  it('are no results of commands: the server is told so instead', async () => {
    const { client, transport, connected } = world({
      onCommand: () => 'x'.repeat(MEBIBYTE),
    }, 'ws://one.example/deepstream/ws');
    await connected({ type: 'ready_ack', status: 'ok' });
    transport.last.receive({ type: 'command', request_id: 'c1', command: 'dump' });
    await settle();
    const [{ status, data }] = transport.last.takeSent();
    assert.deepEqual([status, data.message],
      ['ERROR', 'the result is too large: a message has at most 1048576 bytes']);
    assert.equal(client.state, 'CONNECTED');
  });
});

describe('messages that wait', () => {
  it('have so many bytes together, 16 MiB unless said, and then the queue is full', async () => {
    const { client, connected } = world();
    const sent = Array.from({ length: 16 }, () => client.send('x'.repeat(MEBIBYTE - 100)));
    sent.forEach((one) => one.catch(() => {}));
    await assert.rejects(client.send('x'.repeat(MEBIBYTE - 100)), {
      kind: 'queue_full', message: /bytes wait/,
    });
    await connected();
    assert.equal(client.metrics().queueLength, 16, 'sent, and not acked');
    await assert.rejects(client.send('x'.repeat(MEBIBYTE - 100)), { kind: 'queue_full' });
  });

  it('have their bytes back for others once they are answered', async () => {
    const { client, transport, connected } = world({ maxWaitingBytes: 1_000 });
    await connected();
    const first = client.send('x'.repeat(800));
    await assert.rejects(client.send('x'.repeat(800)), { kind: 'queue_full' });
    transport.last.receive({ type: 'ack', id: transport.last.takeSent()[0].id, status: 'ok' });
    await first;
    client.send('x'.repeat(800)).catch(() => {});
    assert.equal(transport.last.takeSent().length, 1);
    client.send('x', { ack: false }).catch(() => {});
    client.send('x'.repeat(100)).catch(() => {});
    assert.equal(transport.last.takeSent().length, 2, 'what needs no ack waits for nothing');
  });

  it('are what they were when they were sent, whatever becomes of the data', async () => {
    const { client, transport } = world();
    const data = { reading: 1 };
    client.send(data).catch(() => {});
    data.reading = 2;
    data.self = data; // Which is no JSON any more.
    client.connect();
    await settle();
    transport.last.open();
    transport.last.receive(WELCOME);
    const [, sent] = transport.last.takeSent();
    assert.deepEqual(sent.data, { reading: 1 });
    assert.equal(client.state, 'CONNECTED');
  });
});
