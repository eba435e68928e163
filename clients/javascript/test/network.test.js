import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settle } from './support/fake-clock.js';
import { RESUMED, socketWorld, world } from './support/worlds.js';

const MINUTE_MILLIS = 60_000;

describe('a network that goes away', () => {
  it('what fails while the host is offline does not count, and online ends the wait', async () => {
    const { client, clock, transport, environment, told, connected } = world();
    await connected();
    environment.goOffline();
    for (let tries = 0; tries < 20; tries++) {
      await clock.advance(MINUTE_MILLIS);
      transport.last.end();
    }
    assert.equal(client.state, 'DISCONNECTED');
    assert.equal(client.metrics().attempts, 0);
    assert.equal(told.state.at(-1).delayMillis, 30_000, 'the cap');

    const tries = transport.connections.length;
    environment.goOnline();
    await clock.advance(1_000);
    assert.equal(transport.connections.length, tries + 1);
    transport.last.open();
    transport.last.receive(RESUMED);
    assert.equal(client.state, 'CONNECTED');
  });

  it('while it is online the same failures count, and the tries end', async () => {
    const { client, clock, transport, connected } = world();
    await connected();
    for (let tries = 0; tries <= 11; tries++) {
      transport.last.end();
      await clock.advance(MINUTE_MILLIS);
    }
    assert.equal(client.state, 'CLOSED');
  });

  it('online does not shorten a wait that the server asked for', async () => {
    const { clock, transport, environment, connected } = world();
    await connected();
    transport.last.end({ code: 1013 });
    environment.goOnline();
    await clock.advance(9_999);
    assert.equal(transport.connections.length, 1);
    await clock.advance(1);
    assert.equal(transport.connections.length, 2);
  });
});

describe('a drop-in that has no way to ask its server', () => {
  it('connects anew when the network comes back: the old one may be dead', async () => {
    const { socket, clock, transport, environment, types } = socketWorld();
    await settle();
    transport.last.open();
    environment.goOffline();
    assert.equal(socket.readyState, socket.OPEN);
    environment.goOnline();
    assert.equal(socket.readyState, socket.CONNECTING);
    await clock.advance(1_000);
    transport.last.open();
    assert.deepEqual(types(), ['open', 'error', 'close', 'open']);
  });

  it('asks instead, and stays, where it has a pingMessage', async () => {
    const { socket, clock, transport, environment } = socketWorld({ pingMessage: 'ping' });
    await settle();
    transport.last.open();
    environment.goOffline();
    environment.goOnline();
    assert.ok(transport.last.sent.includes('ping'));
    transport.last.receive('pong');
    await clock.advance(10_000);
    assert.equal(socket.readyState, socket.OPEN);
  });

  it('connects anew after the host slept', async () => {
    const { clock, transport, events } = socketWorld();
    await settle();
    transport.last.open();
    await clock.sleep(3_600_000);
    assert.equal(events.find(([type]) => type === 'error')[2].error.kind, 'silence');
    await clock.advance(1_000);
    assert.equal(transport.connections.length, 2);
  });

  it('is not disturbed by a tab whose timers come once a minute', async () => {
    const { socket, clock, transport } = socketWorld();
    await settle();
    transport.last.open();
    for (let minute = 0; minute < 10; minute++) {
      await clock.sleep(MINUTE_MILLIS);
    }
    assert.equal(socket.readyState, socket.OPEN);
  });
});
