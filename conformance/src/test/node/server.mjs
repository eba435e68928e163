// server.mjs: a ws server on a free loopback port; the paths are those of ForeignServer.java.
// Prints the port, then each path that a handshake asks for, one JSON line each. Ends with its input.
import { createServer, STATUS_CODES } from 'node:http';
import { WebSocketServer } from 'ws';

const print = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: { threshold: 0 } });
const server = createServer();

function refuse(socket, status, headers = '') {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers}Content-Length: 0\r\n\r\n`);
}

function serve(peer, [what, code]) {
  peer.on('error', () => {});
  if (what === 'close') {
    peer.close(Number(code), 'why');
  } else if (what === 'drop') {
    peer.terminate();
  } else {
    peer.on('message', (data, binary) => peer.send(data, { binary }));
  }
}

server.on('upgrade', (request, socket, head) => {
  const { pathname, searchParams } = new URL(request.url, 'ws://127.0.0.1');
  print({ asked: pathname });
  const words = pathname.slice(1).split('/');
  if (words[0] === 'status') {
    const retry = searchParams.get('retry');
    refuse(socket, Number(words[1]), retry === null ? '' : `Retry-After: ${retry}\r\n`);
  } else if (words[0] === 'redirect') {
    refuse(socket, 302, 'Location: /echo\r\n');
  } else {
    webSockets.handleUpgrade(request, socket, head, (peer) => serve(peer, words));
  }
});

server.listen(0, '127.0.0.1', () => print({ event: 'listening', port: server.address().port }));
process.stdin.on('end', () => process.exit(0)).resume();
