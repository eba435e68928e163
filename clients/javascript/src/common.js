// What both entry points export.

export { PRESETS } from './backoff.js';
export { closeCodeName } from './close-codes.js';
export { HoldfastError } from './errors.js';
export { webSocketTransport } from './transports/websocket.js';
