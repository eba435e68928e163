// The entry point for Node: WebSocket over node:http, and TCP.

import { Client } from './client.js';
import { PlainSocket } from './reconnecting-websocket.js';
import { nodeWebSocketTransport } from './transports/node-websocket.js';
import { tcpTransport } from './transports/tcp.js';

export * from './common.js';
export { nodeWebSocketTransport, tcpTransport };

const platform = {
  transports: { webSocket: nodeWebSocketTransport, tcp: tcpTransport },
  environment: undefined,
  fetch: (...request) => globalThis.fetch(...request),
};

export class HoldfastClient extends Client {
  constructor(url, options) {
    super(url, options, platform);
  }
}

export class ReconnectingWebSocket extends PlainSocket {
  constructor(url, protocols, options) {
    super(url, protocols, options, platform);
  }
}
