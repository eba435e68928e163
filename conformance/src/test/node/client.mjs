// client.mjs URL: prints what it receives, one JSON line each, and sends what it reads.
import { createInterface } from 'node:readline';
import WebSocket from 'ws';

const socket = new WebSocket(process.argv[2], { perMessageDeflate: { threshold: 0 } });
const print = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

socket.on('open', () => print({ event: 'open', extensions: socket.extensions }));
socket.on('message', (data) => print({ event: 'message', text: data.toString() }));
socket.on('ping', () => print({ event: 'ping' }));
socket.on('error', (error) => print({ event: 'error', message: error.message }));
socket.on('close', (code, reason) => {
  print({ event: 'close', code, reason: reason.toString() });
  process.exit(0);
});

createInterface({ input: process.stdin }).on('line', (line) => socket.send(line));
