// The WebSocket of a browser (or of any library with the same interface) as a transport.
//
// A transport has open(target, handlers). Handlers, in this order: attach(raw), opened(info),
// then received(data) any number of times, then ended(end) exactly once; ended alone if it never
// opened. activity() may be called at any time in between: bytes came, a ping perhaps.
// After raw.abort() nothing is reported any more; nor after raw.refuse(code, reason), which a raw
// may have, called also when it has ended: the peer broke the protocol, and may be told so.

import { HoldfastError } from '../errors.js';

/** @param WebSocketClass for example globalThis.WebSocket */
export function webSocketTransport(WebSocketClass) {
  return {
    open({ url, protocols = [] }, handlers) {
      const socket = new WebSocketClass(String(url), protocols);
      socket.binaryType = 'arraybuffer';
      const raw = new BrowserConnection(socket);
      let opened = false;
      socket.onopen = () => {
        opened = true;
        handlers.opened({ protocol: socket.protocol, extensions: socket.extensions });
      };
      socket.onmessage = (event) => handlers.received(event.data);
      // An error event says nothing; the close event that follows it says a little.
      socket.onerror = () => {};
      socket.onclose = (event) => {
        raw.detach();
        handlers.ended({
          code: event.code,
          reason: event.reason,
          wasClean: event.wasClean,
          // A page is not shown why: refused, TLS, redirect and HTTP status look alike.
          error: opened ? undefined
            : new HoldfastError('handshake', 'no WebSocket connection could be made'),
        });
      };
      handlers.attach(raw);
    },
  };
}

class BrowserConnection {
  #socket;

  constructor(socket) {
    this.#socket = socket;
  }

  get bufferedAmount() {
    return this.#socket.bufferedAmount;
  }

  /** The browser drops what is sent while it closes; so is what is sent after that here. */
  send(data) {
    if (this.#socket.readyState === this.#socket.OPEN) {
      this.#socket.send(data);
    }
  }

  close(code, reason) {
    this.#socket.close(code, reason);
  }

  abort() {
    this.detach();
    // The listener for errors stays: `ws` throws an error that nobody listens to.
    this.#socket.onerror = () => {};
    this.#socket.close();
  }

  detach() {
    this.#socket.onopen = null;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
  }
}
