// A WebSocket that comes back. Use it where a WebSocket was used: same events, properties and
// methods. Plain semantics: what was on its way when a connection broke may be lost, and what was
// published meanwhile is missed. HoldfastClient is for those who want neither.
//
// Differences: `open` and `close` come once for each connection; after a `close` readyState is
// CONNECTING as long as it will try again, CLOSED when it will not. send() while CONNECTING waits
// for the connection, within bounds, instead of throwing. `statechange` says what happens.

import { ClosingEvent } from './close-event.js';
import { HoldfastError, wasClosed } from './errors.js';
import { Link } from './link.js';
import { Metrics, sizeOf } from './metrics.js';
import { socketOptions } from './options.js';
import { Timers } from './timers.js';
import { webSocketUrl } from './dialects/websocket-address.js';

const HANDLERS = ['open', 'message', 'close', 'error', 'statechange'];
/** RFC 6455: a close reason has at most this many bytes. */
const MAX_REASON_BYTES = 123;

export class PlainSocket extends EventTarget {
  #url;
  #address = '';
  #protocols;
  #options;
  #timers;
  #link;
  #metrics = new Metrics();
  #protocol = '';
  #extensions = '';
  #binaryType = 'blob';
  #closing = false;
  /** {data, bytes, untilMillis}: sent while there was no connection. */
  #queue = [];
  #queuedBytes = 0;
  /** How the last connection ended, until it has been told. */
  #pendingClose;

  constructor(url, protocols = [], options = {}, platform) {
    super();
    this.#options = socketOptions(options, platform);
    if (typeof url !== 'function') {
      this.#aim(url); // A wrong URL is an error here, as in WebSocket.
    }
    this.#url = url;
    this.#protocols = [protocols].flat().map(String);
    this.#timers = new Timers(this.#options.clock);
    this.#link = new Link(this.#options.link, {
      target: () => this.#target(),
      opened: (connection) => this.#opened(connection),
      received: (connection, data) => this.#received(data),
      ping: () => this.#ping(),
      lost: (connection, error, end) => this.#lost(connection, error, end),
      stateChanged: (event) => this.#stateChanged(event),
      alert: (alert) => this.#dispatch('alert', { alert }),
    });
    // As with WebSocket, nothing happens before the caller could add listeners.
    queueMicrotask(() => {
      if (!this.#closing) {
        this.#link.start();
      }
    });
  }

  get url() {
    return this.#address;
  }

  get protocol() {
    return this.#protocol;
  }

  get extensions() {
    return this.#extensions;
  }

  get readyState() {
    if (this.#link.state === 'CLOSED') {
      return PlainSocket.CLOSED;
    }
    if (this.#closing) {
      return PlainSocket.CLOSING;
    }
    return this.#link.connection ? PlainSocket.OPEN : PlainSocket.CONNECTING;
  }

  /** CONNECTING, CONNECTED, DISCONNECTED or CLOSED: what readyState cannot say. */
  get state() {
    return this.#link.state;
  }

  get bufferedAmount() {
    return this.#queuedBytes + (this.#link.connection?.bufferedAmount ?? 0);
  }

  get binaryType() {
    return this.#binaryType;
  }

  set binaryType(type) {
    if (type === 'blob' || type === 'arraybuffer') {
      this.#binaryType = type;
    }
  }

  metrics() {
    return this.#metrics.snapshot(this.#timers.now(), {
      state: this.state,
      attempts: this.#link.attempts,
      queueLength: this.#queue.length,
      bufferedBytes: this.bufferedAmount,
    });
  }

  get runningTimers() {
    return [...this.#timers.names, ...this.#link.timerNames];
  }

  send(data) {
    const message = toMessage(data);
    const connection = this.#link.connection;
    if (this.#closing || this.state === 'CLOSED') {
      return; // As WebSocket does.
    }
    if (connection) {
      this.#write(connection, message);
      return;
    }
    const bytes = sizeOf(message);
    if (this.#queuedBytes + bytes > this.#options.maxQueuedBytes) {
      throw new HoldfastError('queue_full',
        `more than ${this.#options.maxQueuedBytes} bytes wait for a connection`);
    }
    const untilMillis = this.#timers.now() + this.#options.queueTimeoutMillis;
    this.#queue.push({ data: message, bytes, untilMillis });
    this.#queuedBytes += bytes;
    this.#armQueue();
  }

  close(code, reason = '') {
    checkClose(code, reason);
    if (!this.#closing) {
      this.#closing = true;
      this.#queue = [];
      this.#queuedBytes = 0;
      this.#timers.clearAll();
      // Not inside this call: WebSocket reports its end later too.
      queueMicrotask(() => this.#link.close(code, reason));
    }
  }

  #aim(given) {
    const url = webSocketUrl(given);
    this.#address = url.href;
    this.#options.logger.at(url);
    return url;
  }

  async #target() {
    const given = typeof this.#url === 'function' ? await this.#url() : this.#url;
    return { url: this.#aim(given), protocols: this.#protocols, headers: this.#options.headers };
  }

  #ping() {
    const { pingMessage } = this.#options;
    if (pingMessage !== undefined) {
      this.#metrics.sent(pingMessage);
    }
    return pingMessage;
  }

  #opened(connection) {
    this.#protocol = connection.info.protocol;
    this.#extensions = connection.info.extensions;
  }

  #received(data) {
    this.#metrics.received(data);
    const blob = this.#binaryType === 'blob' && data instanceof ArrayBuffer;
    this.dispatchEvent(new MessageEvent('message', {
      data: blob ? new Blob([data]) : data,
      origin: this.#address && new URL(this.#address).origin,
    }));
  }

  #lost(connection, error, end) {
    this.#metrics.lastCloseCode = wasClosed(error) ? error.code : end.code;
    if (!wasClosed(error) || !connection.opened) {
      this.#dispatch('error', { error });
    }
    this.#pendingClose = end;
  }

  #stateChanged(event) {
    const now = this.#timers.now();
    if (event.state === 'CONNECTED') {
      this.#metrics.connected(now, event.reconnected);
      this.#dispatch('statechange', event);
      this.#dispatch('open');
      this.#flush();
      return;
    }
    this.#metrics.connectedSinceMillis = undefined;
    this.#dispatch('statechange', event);
    const end = this.#pendingClose;
    this.#pendingClose = undefined;
    if (end || event.state === 'CLOSED') {
      const { code = 1006, reason = '', wasClean = false } = end ?? {};
      this.dispatchEvent(new ClosingEvent('close', { code, reason, wasClean }));
    }
  }

  #flush() {
    const connection = this.#link.connection;
    for (const { data } of this.#queue.splice(0)) {
      this.#write(connection, data);
    }
    this.#queuedBytes = 0;
    this.#timers.clear('queue');
  }

  #write(connection, data) {
    this.#metrics.sent(data);
    connection.send(data);
  }

  #armQueue() {
    if (this.#queue.length > 0) {
      this.#timers.set('queue', this.#queue[0].untilMillis - this.#timers.now(), () => {
        const now = this.#timers.now();
        const old = this.#queue.filter(({ untilMillis }) => untilMillis <= now);
        this.#queue = this.#queue.slice(old.length);
        this.#queuedBytes -= old.reduce((sum, { bytes }) => sum + bytes, 0);
        const error = new HoldfastError('not_sent',
          `${old.length} messages could not be sent in time and were dropped`);
        this.#dispatch('error', { error });
        this.#armQueue();
      });
    }
  }

  #dispatch(type, fields = {}) {
    this.dispatchEvent(Object.assign(new Event(type), fields));
  }
}

const READY_STATES = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
for (const [name, value] of Object.entries(READY_STATES)) {
  const constant = { value, enumerable: true };
  Object.defineProperty(PlainSocket, name, constant);
  Object.defineProperty(PlainSocket.prototype, name, constant);
}

/** onopen and the others: one listener each, in the place where it was first set. */
for (const type of HANDLERS) {
  const listeners = new WeakMap();
  Object.defineProperty(PlainSocket.prototype, `on${type}`, {
    configurable: true,
    enumerable: true,
    get() {
      return listeners.get(this)?.handler ?? null;
    },
    set(handler) {
      let entry = listeners.get(this);
      if (!entry) {
        entry = {};
        listeners.set(this, entry);
        this.addEventListener(type, (event) => entry.handler?.call(this, event));
      }
      entry.handler = typeof handler === 'function' ? handler : null;
    },
  });
}

/** A text, or bytes that do not change when the caller goes on to use its buffer. */
function toMessage(data) {
  if (data instanceof Blob || typeof data === 'string') {
    return data;
  }
  if (data instanceof ArrayBuffer) {
    return data.slice(0);
  }
  if (ArrayBuffer.isView(data)) {
    return data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  }
  return String(data);
}

function checkClose(code, reason) {
  if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
    throw new DOMException(`the close code ${code} is neither 1000 nor in 3000 to 4999`,
      'InvalidAccessError');
  }
  if (new TextEncoder().encode(reason).length > MAX_REASON_BYTES) {
    throw new DOMException(`a close reason has at most ${MAX_REASON_BYTES} bytes`, 'SyntaxError');
  }
}
