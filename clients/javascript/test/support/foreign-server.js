// Servers that are not Holdfast: raw ones made of node:http and node:net, which can do everything
// wrong, and `ws`, another implementation of the protocol, where it is at hand.

import { createHash } from 'node:crypto';
import http from 'node:http';
import { createRequire } from 'node:module';
import net from 'node:net';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The library `ws`, or undefined: found as any module is, or in TEST_MODULES. */
export function foreignWs() {
  const places = [import.meta.url, process.env.TEST_MODULES].filter(Boolean);
  for (const place of places) {
    try {
      return createRequire(place.endsWith('.js') ? place : `${place}/x.js`)('ws');
    } catch {
      // Not here.
    }
  }
  console.log('tests against the library ws not run: it is not installed');
  return undefined;
}

export function listen(server) {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server.address().port));
  });
}

/** An HTTP server whose answer to an upgrade is the test's. */
export async function upgradeServer(onUpgrade) {
  const sockets = new Set();
  const server = http.createServer((request, response) => {
    response.writeHead(404).end();
  });
  server.on('upgrade', (request, socket) => {
    socket.on('error', () => {});
    onUpgrade(socket, request);
  });
  return served(server, sockets);
}

/** A TCP server that does what the test says with each connection. */
export async function tcpServer(onConnection) {
  const sockets = new Set();
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    onConnection(socket);
  });
  return served(server, sockets);
}

async function served(server, sockets) {
  let connections = 0;
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const port = await listen(server);
  return {
    port,
    url: `ws://127.0.0.1:${port}/`,
    get connections() {
      return connections;
    },
    close() {
      sockets.forEach((socket) => socket.destroy());
      return new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** The right answer to a handshake (RFC 6455, section 4.2.2). */
export function accept(socket, request, extra = '') {
  const key = request.headers['sec-websocket-key'];
  const answer = createHash('sha1').update(key + GUID).digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
    + `Sec-WebSocket-Accept: ${answer}\r\n${extra}\r\n`);
}

/** A frame of a server, by hand: not masked, up to 125 bytes. */
export function frame(opcode, payload) {
  return Buffer.concat([Buffer.from([0x80 | opcode, payload.length]), Buffer.from(payload)]);
}

export function closeFrame(code, reason = '') {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(code);
  return frame(8, Buffer.concat([head, Buffer.from(reason)]));
}

/** Speaks enough of the rooms dialect to be connected to, written to, and left. */
export function roomsServer() {
  return upgradeServer((socket, request) => {
    accept(socket, request);
    let held = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk]);
      for (let read = clientFrame(held); read; read = clientFrame(held)) {
        held = held.subarray(read.length);
        if (read.opcode === 8) {
          socket.end(frame(8, read.payload.subarray(0, 2)));
        } else if (read.opcode === 1) {
          answer(socket, JSON.parse(read.payload));
        }
      }
    });
  });
}

function answer(socket, { type, id }) {
  if (type === 'hello') {
    socket.write(frame(1, '{"type":"welcome","session_token":"T","streams":{}}'));
  } else if (id !== undefined) {
    const place = type === 'message' ? { seq: 1 } : {};
    socket.write(frame(1, JSON.stringify({ type: 'ack', id, status: 'ok', ...place })));
  }
}

/** A frame of a client of up to 65,535 bytes; undefined: not all of it is there. */
function clientFrame(bytes) {
  if (bytes.length < 4) {
    return undefined; // Even one without a payload has its mask to come.
  }
  const short = bytes[1] & 0x7f;
  const start = short < 126 ? 2 : 4;
  const size = short < 126 ? short : bytes.readUInt16BE(2);
  const length = start + 4 + size;
  if (bytes.length < length) {
    return undefined;
  }
  const mask = bytes.subarray(start, start + 4);
  const payload = Buffer.from(bytes.subarray(start + 4, length));
  payload.forEach((byte, i) => {
    payload[i] = byte ^ mask[i & 3];
  });
  return { opcode: bytes[0] & 0x0f, payload, length };
}
