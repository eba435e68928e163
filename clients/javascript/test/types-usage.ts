// Compiled, never run: the types have to allow what an application writes.
//   tsc --noEmit --strict --target es2022 --module nodenext test/types-usage.ts

import {
  HoldfastClient, HoldfastError, PRESETS, ReconnectingWebSocket, ReconnectingWebSocketEventMap,
  closeCodeName, nodeWebSocketTransport, tcpTransport,
} from '../types/node.js';
import * as inPages from '../types/index.js';

export async function use(): Promise<void> {
  const client = new HoldfastClient('wss://example.org', {
    clientId: 'alice',
    token: async () => 'secret',
    backoff: { ...PRESETS.feed, jitter: { add: 0.2 } },
    alerts: [{ failures: 5, withinMillis: 60_000 }, { gap: true }],
    onTerminate: ({ reason }) => console.log(reason),
  });
  const off = client.on('gap', ({ stream, from, to }) => console.log(stream, from, to));
  client.on('state', ({ state, delayMillis, cause }) => console.log(state, delayMillis, cause));
  await client.connect();
  const { seq } = await client.send({ any: ['json'] }, { room: 'kitchen' });
  console.log(seq, closeCodeName(1001));
  for await (const { data, from } of client.messages({ room: 'kitchen' })) {
    console.log(from, data);
    break;
  }
  try {
    await client.direct('bob', 1);
  } catch (error) {
    if (error instanceof HoldfastError && error.kind === 'outcome_unknown') {
      console.log(error.id);
    }
  }
  off();
  await client.close({ timeoutMillis: 1_000 });

  const socket = new ReconnectingWebSocket(() => 'wss://example.org', ['chat']);
  socket.onmessage = ({ data }) => console.log(data);
  socket.addEventListener('statechange', ({ state }) => console.log(state));
  socket.addEventListener('close', ({ code }) => console.log(code));
  // It goes where a WebSocket is expected, and so does its class.
  const asSocket: WebSocket = socket;
  asSocket.send(new Uint8Array(1));
  asSocket.onclose = ({ code }) => console.log(code);
  const asClass: typeof WebSocket = ReconnectingWebSocket;
  const other: WebSocket = new asClass('wss://example.org', 'chat');
  ((anySocket: WebSocket) => anySocket.close())(other.OPEN === 1 ? other : socket);
  const onError = ({ error }: ReconnectingWebSocketEventMap['error']) => console.log(error.kind);
  socket.addEventListener('error', onError);
  socket.removeEventListener('error', onError);
  socket.onerror = ({ error }) => console.log(error?.kind, error?.status);
  socket.addEventListener('alert', ({ alert }) => console.log(alert.failures));
  // @ts-expect-error: a message has no code
  socket.addEventListener('message', ({ code }) => console.log(code));
  const { queued = 0, bytesSent } = client.metrics();
  console.log(queued + bytesSent);

  const bot = new HoldfastClient('tcp://example.org:9000', {
    clientId: 'bot-1', transport: tcpTransport({ maxMessageBytes: 65_536 }),
  });
  await bot.reauth('fresh');
  // @ts-expect-error: pages have no TCP
  inPages.tcpTransport();
  // @ts-expect-error: pages have the WebSocket of the browser
  inPages.nodeWebSocketTransport();
  new inPages.HoldfastClient('wss://x', { transport: nodeWebSocketTransport({ tls: {} }) });
  const saved = bot.session;
  // @ts-expect-error: no such option
  new HoldfastClient('ws://x', { retries: 3 });
  // @ts-expect-error: no such event
  bot.on('messages', () => {});
  console.log(saved.positions['bot']?.seq);
}
