// Types of the public API in Node: that of pages, and the transports that only Node has.

import type { Transport } from './index.js';

export * from './index.js';

/** WebSocket over node:http; the default. `tls`: options for node:tls (ca, cert, key, …). */
export function nodeWebSocketTransport(options?: {
  tls?: Record<string, unknown>;
  maxMessageBytes?: number;
}): Transport;

/** TCP and TLS for the bot dialect; the default for tcp: and tls: URLs. */
export function tcpTransport(options?: {
  tls?: Record<string, unknown>;
  maxMessageBytes?: number;
}): Transport;
