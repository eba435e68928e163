// What the application wants to be sent: kept in order until it is acked, sent again where that is
// safe, and answered to the caller in every case.

import { waitFrom } from './close-codes.js';
import { HoldfastError } from './errors.js';
import { utf8Length } from './utf8.js';

export class Outgoing {
  #session;
  #timers;
  #encode;
  #write;
  #newId;
  #options;
  /** id → {resolve, reject, bytes} */
  #callers = new Map();
  /** Of all that waits to be sent or acked. */
  #bytes = 0;
  #connection;
  #paused = false;
  #whenIdle = [];
  #whenDrained = [];

  /**
   * @param encode (kind, fields, id) gives the text of a request
   * @param write (connection, {kind, fields, text}) puts it on the wire
   * @param options `whenDisconnected`, `maxMessageBytes`, `maxWaitingBytes`
   */
  constructor({ session, timers, encode, write, newId, options }) {
    this.#session = session;
    this.#timers = timers;
    this.#encode = encode;
    this.#write = write;
    this.#newId = newId;
    this.#options = options;
  }

  get length() {
    return this.#session.unackedCount;
  }

  /** A promise of the server's answer; of nothing, once it is written, with `ack: false`. */
  request({ kind, fields }, { id = this.#newId(), repeatable = false, ack = true } = {}) {
    let text;
    try {
      text = this.#encode(kind, fields, ack ? id : undefined);
    } catch (error) {
      return Promise.reject(unwritableError(error));
    }
    const bytes = utf8Length(text);
    const refusal = this.#refusalOf(id, bytes);
    if (refusal) {
      return Promise.reject(refusal);
    }
    return new Promise((resolve, reject) => {
      this.#callers.set(id, { resolve, reject, bytes });
      this.#bytes += bytes;
      // The text: what the application does with its data from here on is its own affair.
      const request = { kind, fields, text };
      const entry = this.#session.keep(id, request, this.#timers.now(), repeatable);
      entry.ack = ack;
      this.pump();
    });
  }

  /** Why a message is not taken, or undefined. */
  #refusalOf(id, bytes) {
    const { whenDisconnected, maxMessageBytes, maxWaitingBytes } = this.#options;
    if (this.#callers.has(id)) {
      return new RangeError(`a message with the id ${id} waits for its ack now`);
    }
    if (bytes > maxMessageBytes) {
      // The server would close with 1009, and the client not come back.
      return new HoldfastError('rejected', `the message has ${bytes} bytes; at most `
        + `${maxMessageBytes} are taken`, { code: 'too_large', id });
    }
    if (whenDisconnected === 'fail' && (!this.#connection || this.#paused)) {
      return new HoldfastError('not_sent',
        'there is no connection now, or the server is about to end it', { id });
    }
    if (this.#session.isFull) {
      return new HoldfastError('queue_full',
        `${this.length} messages wait to be sent or acked; try again when some are`, { id });
    }
    return this.#bytes + bytes <= maxWaitingBytes ? undefined : new HoldfastError('queue_full',
      `${this.#bytes} bytes wait to be sent or acked; try again when some are`, { id });
  }

  /** The connection is ready for requests; `undefined`: there is none. */
  use(connection) {
    this.#connection = connection;
    this.#paused = false;
    if (connection) {
      connection.notes.sent = new Set();
    }
    this.pump();
  }

  /** Holds back what is new: the server is going. What was sent is still waited for. */
  pause() {
    this.#paused = true;
    this.#checkIdle();
  }

  resume() {
    this.#paused = false;
    this.pump();
  }

  /** Sends what may be sent now. */
  pump() {
    const connection = this.#connection;
    if (connection && !this.#paused) {
      for (const entry of this.#session.takeSendable(connection.notes.sent)) {
        connection.notes.sent.add(entry.id);
        this.#write(connection, entry.request);
        if (!entry.ack) {
          this.#settle(entry.id)?.resolve(undefined);
        }
      }
      this.#checkIdle();
    }
    this.#arm();
  }

  /** The answer to a request. Returns the request, or undefined if nobody waits for it. */
  answered(id, answer) {
    const request = this.#session.entry(id)?.request;
    this.#settle(id)?.resolve(answer);
    this.pump();
    this.#checkIdle();
    return request;
  }

  /** The server refused a request. Returns false if it was none of ours. */
  refused({ id, code, message, retryable, retry_after: seconds }) {
    const caller = this.#settle(id);
    caller?.reject(new HoldfastError('rejected', message ?? String(code),
      { code, id, retryable: retryable === true, retryAfterMillis: waitFrom(seconds) }));
    this.pump();
    this.#checkIdle();
    return caller !== undefined;
  }

  /** The server knows our ids no more: what was sent must not be sent again. */
  forgetSent() {
    this.#fail(this.#session.forgetSent(), outcomeUnknown);
  }

  /** Ends all of it; `why` there was no connection, if there was none. */
  failAll(why) {
    const because = why ? `: ${why.message}` : '';
    this.#fail(this.#session.removeAll(), (entry) => (entry.sent && !entry.repeatable
      ? outcomeUnknown(entry)
      : new HoldfastError('not_sent', `the client was closed before this was sent${because}`,
        { id: entry.id, cause: why })));
    this.#timers.clear('outgoing');
  }

  /** A promise that is fulfilled when nothing that was sent is unanswered (all, if not paused). */
  idle() {
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve);
      this.#checkIdle();
    });
  }

  /** A promise that is fulfilled when nothing waits at all, neither to be sent nor for its ack. */
  drained() {
    return new Promise((resolve) => {
      this.#whenDrained.push(resolve);
      this.#checkIdle();
    });
  }

  #checkIdle() {
    if (this.length === 0) {
      this.#whenDrained.splice(0).forEach((resolve) => resolve());
    }
    const busy = this.#paused ? this.#connection?.notes.sent?.size : this.length;
    if (!busy) {
      this.#whenIdle.splice(0).forEach((resolve) => resolve());
    }
  }

  #arm() {
    if (this.length === 0) {
      this.#timers.clear('outgoing');
      return;
    }
    this.#timers.set('outgoing', this.#session.nextDeadlineMillis - this.#timers.now(), () => {
      this.#expire();
      this.pump();
    });
  }

  #expire() {
    this.#fail(this.#session.expired(this.#timers.now()), (entry) => (entry.sent
      ? outcomeUnknown(entry)
      : new HoldfastError('not_sent', 'the message could not be sent in time', { id: entry.id })));
  }

  #fail(entries, errorFor) {
    for (const entry of entries) {
      this.#settle(entry.id)?.reject(errorFor(entry));
    }
    this.#checkIdle();
  }

  /** Forgets a request and returns its caller, who has to be told. */
  #settle(id) {
    const caller = this.#callers.get(id);
    this.#bytes -= caller?.bytes ?? 0;
    this.#callers.delete(id);
    this.#session.acked(id);
    this.#connection?.notes.sent.delete(id);
    return caller;
  }
}

/** What the dialect does not have, or what is no JSON. */
function unwritableError(error) {
  return error instanceof HoldfastError ? error : new HoldfastError('rejected',
    `this cannot be written as JSON: ${error.message}`, { code: 'bad_message', cause: error });
}

function outcomeUnknown({ id }) {
  return new HoldfastError('outcome_unknown',
    'the message was sent, and nobody can tell whether it was published', { id });
}
