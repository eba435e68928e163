// The entry point for browsers (and for anything else with a global WebSocket).

import { Client } from './client.js';
import { browserEnvironment } from './environment.js';
import { PlainSocket } from './reconnecting-websocket.js';
import { webSocketTransport } from './transports/websocket.js';

export * from './common.js';

const platform = {
  // How much may come in is the browser's affair.
  transports: { webSocket: () => webSocketTransport(globalThis.WebSocket) },
  environment: browserEnvironment,
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
