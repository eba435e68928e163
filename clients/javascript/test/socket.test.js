import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ReconnectingWebSocket } from '../src/node.js';
import { settle } from './support/fake-clock.js';
import { socketWorld as world } from './support/worlds.js';

describe('ReconnectingWebSocket', () => {
  it('looks like a WebSocket from its first moment to its last', async () => {
    const { socket, transport, events, types, clock } = world({}, 'http://one.example/x', 'chat');
    assert.equal(socket.readyState, WebSocketStates.CONNECTING);
    assert.equal(socket.url, 'ws://one.example/x');
    assert.equal(socket.binaryType, 'blob');
    await settle();
    assert.deepEqual(transport.last.target.protocols, ['chat']);
    transport.last.open({ protocol: 'chat', extensions: '' });
    assert.equal(socket.readyState, socket.OPEN);
    assert.equal(socket.protocol, 'chat');
    transport.last.receive('text');
    socket.close(3001, 'bye');
    assert.equal(socket.readyState, ReconnectingWebSocket.CLOSING);
    await settle();
    assert.deepEqual(transport.last.closed, { code: 3001, reason: 'bye' });
    transport.last.end({ code: 3001, reason: 'bye' });
    assert.equal(socket.readyState, ReconnectingWebSocket.CLOSED);
    assert.deepEqual(types(), ['open', 'message', 'close']);
    const [, , { code, reason, wasClean }] = events.at(-1);
    assert.deepEqual({ code, reason, wasClean }, { code: 3001, reason: 'bye', wasClean: true });
    assert.equal(clock.pending, 0);
  });

  it('closes and opens again, and sends what waited', async () => {
    const { socket, clock, transport, events, types } = world();
    socket.send('early');
    await settle();
    transport.last.open();
    assert.deepEqual(transport.last.sent, ['early']);
    transport.last.end({ code: 1006 });
    assert.deepEqual(events.at(-1).slice(0, 2), ['close', ReconnectingWebSocket.CONNECTING]);
    socket.send('meanwhile');
    assert.equal(socket.bufferedAmount, 9);
    await clock.advance(1_000);
    transport.last.open();
    assert.deepEqual(transport.last.sent, ['meanwhile']);
    assert.deepEqual(types(), ['open', 'close', 'open']);
    assert.equal(socket.bufferedAmount, 0);
  });

  it('asks a function for the URL before each try', async () => {
    let tries = 0;
    const { clock, transport } = world({}, async () => `ws://host-${++tries}/`);
    await settle();
    transport.last.end();
    await clock.advance(1_000);
    assert.deepEqual(transport.connections.map(({ target }) => target.url.host),
      ['host-1', 'host-2']);
  });

  it('gives binary messages as the binaryType says', async () => {
    const { socket, transport, events } = world();
    await settle();
    transport.last.open();
    transport.last.receive(new Uint8Array([1, 2]).buffer);
    socket.binaryType = 'arraybuffer';
    socket.binaryType = 'nonsense';
    transport.last.receive(new Uint8Array([3]).buffer);
    const [blob, buffer] = events.filter(([type]) => type === 'message')
      .map(([, , { data }]) => data);
    assert.deepEqual(new Uint8Array(await blob.arrayBuffer()), new Uint8Array([1, 2]));
    assert.deepEqual(new Uint8Array(buffer), new Uint8Array([3]));
  });

  it('holds back so many bytes, so long, and says when it drops them', async () => {
    const { socket, clock, events } = world({ maxQueuedBytes: 4, queueTimeoutMillis: 500 });
    socket.send('1234');
    assert.throws(() => socket.send('5'), { kind: 'queue_full' });
    await clock.advance(500);
    assert.equal(events.at(-1)[2].error.kind, 'not_sent');
    socket.send('5');
    assert.equal(socket.bufferedAmount, 1);
  });

  it('a handler can be set, replaced and taken away', async () => {
    const { socket, transport } = world();
    const seen = [];
    socket.onmessage = () => seen.push('first');
    socket.onmessage = () => seen.push('second');
    await settle();
    transport.last.open();
    transport.last.receive('x');
    socket.onmessage = null;
    transport.last.receive('y');
    assert.deepEqual(seen, ['second']);
    assert.equal(socket.onmessage, null);
  });

  it('refuses what WebSocket refuses', async () => {
    assert.throws(() => new ReconnectingWebSocket('ftp://x/'), SyntaxError);
    assert.throws(() => new ReconnectingWebSocket('no url'), TypeError);
    const { socket } = world();
    assert.throws(() => socket.close(1001), { name: 'InvalidAccessError' });
    assert.throws(() => socket.close(1000, 'ї'.repeat(62)), { name: 'SyntaxError' });
    socket.close();
    await settle();
    assert.equal(socket.readyState, ReconnectingWebSocket.CLOSED);
  });

  it('is not alarmed by a server that has nothing to say', async () => {
    const { socket, clock, transport } = world();
    await settle();
    transport.last.open();
    await clock.advance(86_400_000);
    assert.equal(socket.readyState, ReconnectingWebSocket.OPEN);
    assert.deepEqual(transport.last.sent, []);
  });
});

const WebSocketStates = { CONNECTING: 0 };
