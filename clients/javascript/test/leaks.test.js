import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { HoldfastClient, ReconnectingWebSocket } from '../src/node.js';
import { roomsServer, tcpServer, upgradeServer } from './support/foreign-server.js';
import { until } from './support/until.js';

const ROUNDS = 1_000;
/** Until the code is compiled and the caches of the platform are full. */
const WARM_UP_ROUNDS = 200;
/** Of 1,000 clients each of which left a kilobyte behind. */
const HEAP_GROWTH_BYTES = 1_000_000;
/** What the platform may still hold of the last ones. */
const LINGERING = 5;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');
const descriptors = '/proc/self/fd';
if (!existsSync(descriptors)) {
  console.log('file descriptors not counted: this is no Linux');
}

/** All that was made, without holding it. */
const made = [];

function remember(one) {
  made.push(new WeakRef(one));
  return one;
}

async function measure() {
  // Twice, in turns of their own: a WeakRef that was read holds its object until the turn ends.
  for (let i = 0; i < 2; i++) {
    await new Promise(setImmediate);
    collectGarbage();
  }
  const handles = process.getActiveResourcesInfo();
  return {
    heapBytes: process.memoryUsage().heapUsed,
    timers: handles.filter((name) => name === 'Timeout').length,
    sockets: handles.filter((name) => /^(TCP|TLS|HTTP)/.test(name)).length,
    descriptors: existsSync(descriptors) ? readdirSync(descriptors).length : 0,
    living: made.filter((one) => one.deref() !== undefined).length,
  };
}

describe('1,000 times connected and closed', { timeout: 240_000 }, () => {
  let rooms;
  let bots;
  let refusing;

  before(async () => {
    rooms = await roomsServer();
    bots = await tcpServer((socket) => {
      socket.once('data', () => socket.write('{"event":"welcome","data":{"streams":{}}}\n'));
      socket.on('end', () => socket.end());
    });
    refusing = await upgradeServer((socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
  });

  after(() => Promise.all([rooms, bots, refusing].map((server) => server.close())));

  const client = (url) => remember(new HoldfastClient(url, { clientId: 'one', resume: true }));
  const rounds = [
    async () => {
      const one = client(rooms.url);
      await one.connect();
      await one.close();
    },
    async () => {
      const one = client(rooms.url);
      one.on('message', () => {});
      one.messages();
      await one.connect();
      await one.send('said in passing');
      await one.close();
    },
    async () => { // Closed before the server has answered.
      const one = client(rooms.url);
      const connecting = one.connect();
      await one.close();
      await assert.rejects(connecting, { kind: 'closed' });
    },
    async () => {
      const one = client(`tcp://127.0.0.1:${bots.port}`);
      await one.connect();
      await one.close();
    },
    async () => {
      await assert.rejects(client(refusing.url).connect(), { kind: 'unauthorised' });
    },
    async () => {
      const socket = remember(new ReconnectingWebSocket(rooms.url));
      await new Promise((resolve) => {
        socket.onopen = resolve;
      });
      socket.close();
      await new Promise((resolve) => {
        socket.onclose = resolve;
      });
    },
  ];

  async function comeAndGo(count) {
    for (let i = 0; i < count; i++) {
      await rounds[i % rounds.length]();
    }
  }

  it('leaves no timer, socket, file descriptor or growing heap behind', async () => {
    await comeAndGo(WARM_UP_ROUNDS);
    const start = await measure();
    await comeAndGo(ROUNDS);
    assert.equal(made.length, WARM_UP_ROUNDS + ROUNDS);
    let end;
    await until(async () => {
      end = await measure();
      const grown = end.heapBytes - start.heapBytes;
      return end.living <= LINGERING && end.timers <= start.timers && grown < HEAP_GROWTH_BYTES
        && end.sockets <= start.sockets && end.descriptors <= start.descriptors + LINGERING;
    }, () => `everything to be gone: at first ${JSON.stringify(start)},
      now ${JSON.stringify(end)}`);
  });

  it('would have seen what is left of ten that stay connected', async () => {
    const start = await measure();
    const open = Array.from({ length: 10 }, () => new HoldfastClient(rooms.url, { clientId: 'x', resume: true }));
    await Promise.all(open.map((one) => remember(one).connect()));
    const end = await measure();
    assert.ok(end.living >= start.living + 10);
    assert.ok(end.timers >= start.timers + 10);
    assert.ok(end.sockets >= start.sockets + 10);
    assert.ok(!existsSync(descriptors) || end.descriptors >= start.descriptors + 10);
    await Promise.all(open.map((one) => one.close()));
  });
});
