import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, describe, it } from 'node:test';
import { HoldfastClient, ReconnectingWebSocket, webSocketTransport } from '../src/node.js';
import { accept, closeFrame, foreignWs, frame, listen, tcpServer, upgradeServer,
} from './support/foreign-server.js';
import { BACKOFF, RETURNS, STOPS, TABLE_OPTIONS } from './support/close-table.js';
import { until } from './support/until.js';
import { world } from './support/worlds.js';

const limit = { timeout: 240_000 };
const fast = { firstMillis: 5, capMillis: 20, jitter: 'none', tryAgainLaterMillis: 5 };
const cleanups = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) {
    await cleanup();
  }
});

async function server(onUpgrade) {
  const made = await upgradeServer(onUpgrade);
  cleanups.push(() => made.close());
  return made;
}

/** A socket, and everything that happened to it. */
function socketTo(url, options = {}) {
  const socket = new ReconnectingWebSocket(url, [], { backoff: fast, ...options });
  const seen = { opens: 0, closes: [], errors: [], messages: [], states: [] };
  socket.onopen = () => seen.opens++;
  socket.onclose = ({ code, reason, wasClean }) => seen.closes.push({ code, reason, wasClean });
  socket.onerror = ({ error }) => seen.errors.push(error);
  socket.onmessage = ({ data }) => seen.messages.push(data);
  socket.addEventListener('statechange', (event) => seen.states.push(event));
  cleanups.push(() => {
    socket.close();
  });
  return { socket, seen };
}

/** A socket whose server let it in, and ended that; `end` says how. */
async function closedBy(end) {
  const raw = await server((socket, request) => {
    accept(socket, request);
    end(socket);
  });
  const made = socketTo(raw.url, TABLE_OPTIONS);
  await until(() => made.seen.closes.length > 0, 'its end');
  return made;
}

function assertReturns(seen, { delayMillis, attempts }) {
  const last = seen.states.at(-1);
  assert.deepEqual([last.state, last.delayMillis, last.attempts],
    ['DISCONNECTED', delayMillis, attempts]);
}

function answering(head) {
  return server((socket) => socket.end(`HTTP/1.1 ${head}\r\nContent-Length: 0\r\n\r\n`));
}

describe('against servers that answer the handshake wrongly', limit, () => {
  for (const status of ['401 Unauthorized', '403 Forbidden']) {
    it(`${status} stops at once`, async () => {
      const { url, ...raw } = await answering(status);
      const { socket, seen } = socketTo(url);
      await until(() => socket.readyState === ReconnectingWebSocket.CLOSED);
      assert.equal(seen.errors[0].kind, 'unauthorised');
      assert.equal(seen.states.at(-1).cause, 'unauthorised');
      assert.deepEqual(socket.runningTimers, []);
      assert.ok(raw);
    });
  }

  for (const status of ['429 Too Many Requests', '503 Service Unavailable']) {
    it(`${status} is not retried before its Retry-After`, async () => {
      const { url } = await answering(`${status}\r\nRetry-After: 1800`);
      const { socket, seen } = socketTo(url);
      await until(() => seen.states.some(({ state }) => state === 'DISCONNECTED'));
      assert.equal(seen.states.at(-1).delayMillis, 1_800_000);
      assert.equal(seen.errors[0].kind, 'handshake');
      assert.equal(socket.metrics().attempts, 0);
    });
  }

  it('a redirect is not followed', async () => {
    const elsewhere = await server((socket) => socket.end());
    const redirecting = await answering(`302 Found\r\nLocation: ${elsewhere.url}`);
    const { seen } = socketTo(redirecting.url);
    await until(() => redirecting.connections >= 3, 'three tries');
    assert.equal(seen.errors[0].status, 302);
    assert.equal(elsewhere.connections, 0);
  });

  const wrongAnswers = {
    'garbage instead of HTTP': (socket) => socket.end('\x00\xff garbage \r\n\r\n'),
    'half a handshake and the end': (socket) => socket.end('HTTP/1.1 101 Switching Prot'),
    'a reset': (socket) => socket.resetAndDestroy(),
    'a wrong Sec-WebSocket-Accept': (socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n'
      + 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: eA==\r\n\r\n'),
    'a subprotocol that was not offered': (socket, request) => accept(socket, request,
      'Sec-WebSocket-Protocol: surprise\r\n'),
    'an extension that was not offered': (socket, request) => accept(socket, request,
      'Sec-WebSocket-Extensions: permessage-deflate\r\n'),
  };
  for (const [what, answer] of Object.entries(wrongAnswers)) {
    it(`${what} is a failure, and is tried again`, async () => {
      const raw = await server(answer);
      const first = socketTo(raw.url, TABLE_OPTIONS);
      await until(() => first.seen.closes.length > 0, 'the first end');
      assertReturns(first.seen, BACKOFF);
      first.socket.close();
      const { socket, seen } = socketTo(raw.url);
      await until(() => raw.connections >= 4, 'three tries');
      assert.equal(seen.opens, 0);
      assert.match(seen.errors[0].kind, /^(handshake|refused)$/);
      assert.ok(socket.metrics().attempts >= 2);
    });
  }

  for (const [what, answer] of Object.entries({
    'says nothing': () => {},
    'stops in the middle of the handshake': (socket) => socket.write('HTTP/1.1 101 Swi'),
  })) {
    it(`a server that ${what} is given up after the connect timeout`, async () => {
      const raw = await server(answer);
      const { seen } = socketTo(raw.url, { connectTimeoutMillis: 30 });
      await until(() => raw.connections >= 2, 'a second try');
      assert.equal(seen.errors[0].kind, 'timeout');
    });
  }

  it('a server without TLS, where TLS is expected, is a failure of TLS', async () => {
    const raw = await tcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    cleanups.push(() => raw.close());
    const { seen } = socketTo(`wss://127.0.0.1:${raw.port}/`, TABLE_OPTIONS);
    await until(() => seen.closes.length > 0, 'its end');
    assert.equal(seen.errors[0].kind, 'tls');
    assertReturns(seen, BACKOFF);
    const bot = new HoldfastClient(`tls://127.0.0.1:${raw.port}`, { clientId: 'b', backoff: fast });
    cleanups.push(() => bot.close());
    const errors = [];
    bot.on('error', (error) => errors.push(error.kind));
    bot.connect();
    await until(() => errors.length > 0, 'the error');
    assert.equal(errors[0], 'tls');
  });

  it('a name that nobody has is unreachable', async () => {
    const { seen } = socketTo('ws://nobody.invalid/', TABLE_OPTIONS);
    await until(() => seen.closes.length > 0, 'its end');
    assert.equal(seen.errors[0].kind, 'unreachable');
    assertReturns(seen, BACKOFF);
  });

  it('nobody listening is refused', async () => {
    const raw = await upgradeServer(() => {});
    await raw.close();
    const { seen } = socketTo(raw.url);
    await until(() => seen.errors.length >= 2);
    assert.equal(seen.errors[0].kind, 'refused');
    assert.equal(seen.errors[0].code, 'ECONNREFUSED');
  });
});

/** Of the close frame of a client that has sent nothing else. */
function closeCodeIn(chunks) {
  const bytes = Buffer.concat(chunks);
  return bytes.length < 8 || bytes[0] !== 0x88 ? undefined
    : ((bytes[6] ^ bytes[2]) << 8) + (bytes[7] ^ bytes[3]);
}

describe('against servers that accept, and then', limit, () => {
  it('drop the connection: each try waits longer, since none was stable', async () => {
    const raw = await server((socket, request) => {
      accept(socket, request);
      socket.destroy();
    });
    const { seen } = socketTo(raw.url, { backoff: { ...fast, capMillis: 40, maxAttempts: 4 } });
    await until(() => seen.states.at(-1)?.state === 'CLOSED');
    const delays = seen.states.filter(({ state }) => state === 'DISCONNECTED')
      .map(({ delayMillis }) => delayMillis);
    assert.deepEqual(delays, [5, 10, 20, 40]);
    assert.equal(seen.states.at(-1).cause, 'attempts_exhausted');
    assert.equal(seen.states.at(-1).error.message,
      'gave up after 4 tries: the connection was closed: 1006');
    assert.deepEqual(seen.closes[0], { code: 1006, reason: '', wasClean: false });
  });

  for (const [code, cause] of Object.entries(STOPS)) {
    it(`close with ${code}: it stays away, ${cause}`, async () => {
      const { seen, socket } = await closedBy(
        (peer) => peer.write(closeFrame(Number(code), 'why')));
      assert.deepEqual(seen.closes, [{ code: Number(code), reason: 'why', wasClean: true }]);
      assert.equal(seen.states.at(-1).state, 'CLOSED');
      assert.equal(seen.states.at(-1).cause, cause);
      assert.equal(socket.readyState, ReconnectingWebSocket.CLOSED);
      assert.deepEqual(socket.runningTimers, []);
    });
  }

  for (const [code, { delayMillis, attempts }] of Object.entries(RETURNS)) {
    it(`close with ${code}: it comes back in ${delayMillis} ms`, async () => {
      const { seen } = await closedBy((peer) => peer.write(closeFrame(Number(code), 'why')));
      assert.deepEqual(seen.closes, [{ code: Number(code), reason: 'why', wasClean: true }]);
      assertReturns(seen, { delayMillis, attempts });
    });
  }

  it('close without a code, or not at all: it backs off', async () => {
    const without = await closedBy((peer) => peer.write(frame(8, '')));
    assert.deepEqual(without.seen.closes, [{ code: 1005, reason: '', wasClean: true }]);
    assertReturns(without.seen, BACKOFF);
    for (const cut of [(peer) => peer.end(), (peer) => peer.resetAndDestroy()]) {
      const { seen } = await closedBy(cut);
      assert.deepEqual(seen.closes, [{ code: 1006, reason: '', wasClean: false }]);
      assertReturns(seen, BACKOFF);
    }
  });

  it('close with 4102 and an address: it goes there', async () => {
    const other = await server((socket, request) => accept(socket, request));
    const raw = await server((socket, request) => {
      accept(socket, request);
      socket.write(closeFrame(4102, `127.0.0.1:${other.port}`));
    });
    const { seen, socket } = socketTo(raw.url);
    await until(() => other.connections === 1 && seen.opens === 2, 'a connection to the other');
    assert.equal(raw.connections, 1);
    assert.equal(socket.metrics().attempts, 0);
  });

  const broken = {
    'a masked frame': [1002, Buffer.from([0x81, 0x81, 1, 2, 3, 4, 5])],
    'reserved bits': [1002, Buffer.from([0xc1, 0x01, 0x61])],
    'an unknown opcode': [1002, Buffer.from([0x83, 0x00])],
    'a fragmented ping': [1002, Buffer.from([0x09, 0x00])],
    'text that is not UTF-8': [1007, frame(1, [0xc3, 0x28])],
    'a continuation of nothing': [1002, frame(0, 'x')],
    'a close frame with half a code': [1002, frame(8, [0x03])],
    'a message of many gigabytes': [1009, Buffer.from([0x82, 127, 0, 0, 0, 9, 0, 0, 0, 0])],
  };
  for (const [what, [code, bytes]] of Object.entries(broken)) {
    it(`send ${what}: the connection is given up as a protocol error`, async () => {
      const heard = [];
      const raw = await server((socket, request) => {
        accept(socket, request);
        socket.on('data', (data) => heard.push(data));
        socket.write(bytes);
        // What a reset would overtake.
        socket.write(Buffer.alloc(100_000));
      });
      const { seen } = socketTo(raw.url);
      await until(() => raw.connections >= 2, 'a second try');
      await until(() => closeCodeIn(heard) === code, () => `close ${code}, not ${heard}`);
      assert.equal(seen.errors[0].kind, 'protocol');
      assert.deepEqual(seen.messages, []);
    });
  }

  it('send a message in pieces, a ping between them, and binary', async () => {
    const answers = [];
    const raw = await server((socket, request) => {
      accept(socket, request);
      socket.on('data', (data) => answers.push(data));
      for (const byte of Buffer.concat([
        Buffer.from([0x01, 2, 0xc3, 0xa9]), frame(9, 'p'), frame(0, '!'), frame(2, [1, 2]),
      ])) {
        socket.write(Buffer.from([byte]));
      }
    });
    const { socket, seen } = socketTo(raw.url);
    socket.binaryType = 'arraybuffer';
    await until(() => seen.messages.length === 2 && answers.length > 0);
    assert.equal(seen.messages[0], 'é!');
    assert.deepEqual(new Uint8Array(seen.messages[1]), new Uint8Array([1, 2]));
    assert.equal(answers[0][0], 0x8a, 'a pong');
  });

  it('stop answering: application pings go out, and silence ends it', async () => {
    const raw = await server((socket, request) => accept(socket, request));
    const { seen } = socketTo(raw.url, {
      pingMessage: '{"type":"ping"}', pingIntervalMillis: 10, silenceLimitMillis: 40,
    });
    await until(() => seen.errors.length > 0);
    assert.equal(seen.errors[0].kind, 'silence');
    await until(() => raw.connections >= 2, 'a new connection');
  });
});

describe('against garbage in a dialect', limit, () => {
  it('rooms: something that is no JSON object is answered with 1002, and it is tried again',
    async () => {
      const heard = [];
      const raw = await server((socket, request) => {
        accept(socket, request);
        socket.on('data', (data) => heard.push(data));
        socket.write(frame(1, 'hello?'));
        socket.write(Buffer.alloc(100_000));
      });
      const client = new HoldfastClient(raw.url, { clientId: 'a', backoff: fast });
      cleanups.push(() => client.close());
      const errors = [];
      client.on('error', (error) => errors.push(error.kind));
      client.connect();
      await until(() => raw.connections >= 2, 'a second try');
      assert.equal(errors[0], 'protocol');
      await until(() => closeCodeIn(heard) === 1002, () => `close 1002, not ${heard}`);
    });

  it('rooms: a binary message is answered with 1003', async () => {
    const heard = [];
    const raw = await server((socket, request) => {
      accept(socket, request);
      socket.on('data', (data) => heard.push(data));
      socket.write(frame(2, '{}'));
    });
    const client = new HoldfastClient(raw.url, { clientId: 'a', backoff: fast });
    cleanups.push(() => client.close());
    client.connect();
    await until(() => closeCodeIn(heard) === 1003, () => `close 1003, not ${heard}`);
    await until(() => raw.connections >= 2, 'a second try');
  });

  it('a server that does not close after it was refused is cut, and earlier by close()',
    async () => {
      for (const closes of [false, true]) {
        const { client, clock, transport, told, connected } = world();
        await connected();
        const raw = transport.last;
        raw.receive('hello?');
        assert.deepEqual(raw.refused, { code: 1002,
          reason: 'the server sent something that is no JSON object' });
        assert.equal(told.state.at(-1).delayMillis, 1_000);
        assert.equal(raw.aborted, false);
        if (closes) {
          await client.close();
        } else {
          await clock.advance(2_000);
        }
        assert.equal(raw.aborted, true);
      }
    });

  for (const [what, bytes] of Object.entries({
    'a binary blob': Buffer.from([0xff, 0xfe, 0x0a]),
    'a line that is no JSON': Buffer.from('hello?\n'),
    'a line without an end': Buffer.alloc(1024 * 1024 + 2, 'x'),
  })) {
    it(`bot: ${what} closes the connection, and it is tried again`, async () => {
      const raw = await tcpServer((socket) => socket.write(bytes));
      cleanups.push(() => raw.close());
      const client = new HoldfastClient(`tcp://127.0.0.1:${raw.port}`,
        { clientId: 'b', backoff: fast });
      cleanups.push(() => client.close());
      const errors = [];
      client.on('error', (error) => errors.push(error.kind));
      client.connect();
      await until(() => raw.connections >= 2, 'a second try');
      assert.equal(errors[0], 'protocol');
    });
  }

  const reasons = {
    unauthorized: 'unauthorised', replaced: 'replaced', token_expired: 'token_expired',
    closed_by_operator: 'closed_by_operator', too_large: 'not_unchanged',
  };
  for (const [code, cause] of Object.entries(reasons)) {
    it(`bot: the error ${code} before the end means ${cause}`, async () => {
      const raw = await tcpServer((socket) => socket.end(
        `${JSON.stringify({ event: 'error', data: { code, message: 'no' } })}\n`));
      cleanups.push(() => raw.close());
      const client = new HoldfastClient(`tcp://127.0.0.1:${raw.port}`,
        { clientId: 'b', backoff: fast });
      cleanups.push(() => client.close());
      const states = [];
      client.on('state', (event) => states.push(event));
      await assert.rejects(client.connect(), { reason: 'no' });
      assert.equal(states.at(-1).cause, cause);
    });
  }

  it('bot: a blocked address stays away as long as it was told', async () => {
    const error = { event: 'error', data: { code: 'blocked', message: 'no', retry_after: 3600 } };
    const raw = await tcpServer((socket) => socket.end(`${JSON.stringify(error)}\n`));
    cleanups.push(() => raw.close());
    const client = new HoldfastClient(`tcp://127.0.0.1:${raw.port}`,
      { clientId: 'b', backoff: fast });
    cleanups.push(() => client.close());
    const states = [];
    client.on('state', (event) => states.push(event));
    client.connect();
    await until(() => states.at(-1)?.state === 'DISCONNECTED');
    assert.equal(states.at(-1).delayMillis, 3_600_000);
  });
});

describe('a server that asks and does not read', limit, () => {
  it('WebSocket: no more pongs are made than the connection takes', async () => {
    const ping = frame(9, Buffer.alloc(125, 1));
    const pings = Buffer.concat(Array.from({ length: 1_000 }, () => ping));
    const raw = await server((socket, request) => {
      socket.pause();
      accept(socket, request);
      for (let times = 0; times < 200; times++) {
        socket.write(pings);
      }
      socket.write(frame(1, 'over'));
    });
    const { socket, seen } = socketTo(raw.url);
    await until(() => seen.messages.length === 1, 'the end of the pings');
    assert.ok(socket.bufferedAmount < 128 * 1024, `${socket.bufferedAmount} bytes wait`);
  });

  it('bot: pings are answered again when what waits has been written', async () => {
    const { transport, connected } = world({}, 'tcp://one.example:9000');
    await connected({ event: 'welcome', data: { streams: {} } });
    for (const [waiting, answers] of [[65_536, 1], [65_537, 0], [0, 1]]) {
      transport.last.bufferedAmount = waiting;
      transport.last.receive({ event: 'ping', data: { id: 7 } });
      assert.equal(transport.last.takeSent().length, answers, `${waiting} bytes wait`);
    }
  });
});

const ws = foreignWs();
describe('against the library ws', { skip: !ws, ...limit }, () => {
  it('nothing is compressed by Node\'s transport, and all by a class that offers it', async () => {
    const foreign = new ws.WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: true });
    cleanups.push(() => foreign.close());
    await once(foreign, 'listening');
    const url = `ws://127.0.0.1:${foreign.address().port}/`;
    for (const [transport, extensions] of [
      [undefined, ''], [webSocketTransport(ws.WebSocket), 'permessage-deflate'],
    ]) {
      const { socket, seen } = socketTo(url, { transport });
      await until(() => seen.opens === 1, 'the connection');
      assert.equal(socket.extensions, extensions);
    }
  });

  it('texts and binary messages of all lengths come back as they went', async () => {
    const foreign = new ws.WebSocketServer({ noServer: true, perMessageDeflate: true });
    const { createServer } = await import('node:http');
    const httpServer = createServer();
    httpServer.on('upgrade', (request, socket, head) => {
      foreign.handleUpgrade(request, socket, head, (peer) => {
        peer.on('message', (data, isBinary) => peer.send(data, { binary: isBinary }));
      });
    });
    const port = await listen(httpServer);
    cleanups.push(() => httpServer.close());
    const { socket, seen } = socketTo(`ws://127.0.0.1:${port}/`);
    socket.binaryType = 'arraybuffer';
    await until(() => seen.opens === 1);
    const lengths = [0, 1, 125, 126, 65_535, 65_536, 1_000_000];
    for (const length of lengths) {
      socket.send('ї'.repeat(length / 2));
      socket.send(new Uint8Array(length).fill(length));
    }
    socket.send(new Blob(['last']));
    await until(() => seen.messages.length === 2 * lengths.length + 1, 'all echoes');
    lengths.forEach((length, i) => {
      assert.equal(seen.messages[2 * i].length, Math.floor(length / 2));
      assert.equal(seen.messages[2 * i + 1].byteLength, length);
    });
    assert.equal(Buffer.from(seen.messages.at(-1)).toString(), 'last');
    const closed = new Promise((resolve) => {
      socket.addEventListener('close', resolve);
    });
    socket.close(3000, 'bye');
    const { code, reason, wasClean } = await closed;
    assert.deepEqual({ code, reason, wasClean }, { code: 3000, reason: 'bye', wasClean: true });
  });
});
