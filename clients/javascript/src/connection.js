// One transport connection, from the try to open it until its end.

import { closedError } from './errors.js';

/**
 * While more than this waits to be written no ping is answered: the peer does not read, and would
 * make the answers pile up. Once it reads, what waits shows as much life as a pong.
 */
export const CLOGGED_ABOVE_BYTES = 64 * 1024;

export class Connection {
  opened = false;
  ended = false;
  /** `protocol` and `extensions`, as agreed in the handshake. */
  info;
  /** The owner's notes about this connection: whether hello was answered, what was sent on it. */
  notes = {};
  /** What the owner said when it was asked where to go. */
  target;
  #raw;

  /** Called by the transport, before anything else happens on the connection. */
  attach(raw) {
    this.#raw = raw;
  }

  get attached() {
    return this.#raw !== undefined;
  }

  /** Bytes that wait to be written. */
  get bufferedAmount() {
    return this.#raw?.bufferedAmount ?? 0;
  }

  get isClogged() {
    return this.bufferedAmount > CLOGGED_ABOVE_BYTES;
  }

  /** The transport's own connection, for what only one transport can (frames over TCP). */
  get raw() {
    return this.#raw;
  }

  /** Why it ended, given how the transport says that it did. */
  errorOf({ code, reason, error }) {
    if (error) {
      return error;
    }
    // TCP has no close codes: the error before the end says why (bot dialect).
    const { foretold } = this.notes;
    return foretold && isUnexplained(code)
      ? closedError(foretold.code, foretold.reason) : closedError(code, reason);
  }

  /** How long the server wants us to stay away, where it said so with its last word. */
  waitOf({ code, error }) {
    return error || !isUnexplained(code) ? undefined : this.notes.foretold?.afterMillis;
  }

  send(data) {
    this.#raw.send(data);
  }

  close(code, reason) {
    this.#raw?.close(code, reason);
  }

  /** Says that the peer broke the protocol, where the transport can: a page may not say it. */
  refuse(code, reason) {
    if (this.#raw?.refuse) {
      this.#raw.refuse(code, reason);
    } else {
      this.abort();
    }
  }

  /** Gone at once, without a word to the peer; the transport reports nothing any more. */
  abort() {
    this.#raw?.abort();
  }
}

/** No close code, or none that the peer has sent. */
function isUnexplained(code) {
  return code === 1005 || code === 1006;
}
