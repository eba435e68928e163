// HoldfastClient for applications: states, messages, gaps, promises of acks. The work is done by
// conversation.js (what is said) over link.js (the connection).

import { checkCount, checkWait } from './checks.js';
import { Conversation } from './conversation.js';
import { Emitter } from './emitter.js';
import { HoldfastError } from './errors.js';
import { MessageQueue } from './message-queue.js';
import { Metrics } from './metrics.js';
import { clientOptions } from './options.js';
import { Timers } from './timers.js';
import { TokenSource } from './token-source.js';

/** How long close() waits for a connection, for acks and for the peer's close, together. */
const CLOSE_TIMEOUT_MILLIS = 5_000;

const EVENTS = ['state', 'message', 'gap', 'session', 'presence', 'notice', 'error', 'alert'];

export class Client {
  #conversation;
  #log;
  #emitter;
  #metrics = new Metrics();
  /** {queue, room} of each running iteration. */
  #readers = new Set();
  #connecting;
  #closed;
  /** Where the application gives a function for tokens. */
  #tokens;

  /** @param platform what only browsers, or only Node, have: transports, environment, fetch */
  constructor(url, options, platform) {
    const all = clientOptions(url, options, platform);
    this.#log = all.logger;
    this.#emitter = new Emitter((error, type) => this.#listenerFailed(error, type));
    const target = namedIn(this.#log, url, all);
    if (typeof all.token === 'function') {
      this.#tokens = new TokenSource({
        ask: all.token,
        patienceMillis: all.connectTimeoutMillis / 2,
        timers: new Timers(all.clock),
      });
      all.token = () => this.#tokens.get();
    }
    this.#conversation = new Conversation({
      url: target,
      options: all,
      metrics: this.#metrics,
      tell: (type, event, step, bytes) => this.#tell(type, event, step, bytes),
    });
  }

  /** CONNECTING, CONNECTED, DISCONNECTED or CLOSED; DISCONNECTED before connect(). */
  get state() {
    return this.#conversation.link.state;
  }

  /** Starts. The promise is fulfilled when connected, and rejected when CLOSED before that. */
  connect() {
    if (this.#connecting === undefined) {
      const connecting = {};
      connecting.promise = new Promise((resolve, reject) => {
        Object.assign(connecting, { resolve, reject });
      });
      connecting.promise.catch(() => {}); // Whoever does not await it has the state event.
      this.#connecting = connecting;
      if (this.#closed) {
        connecting.reject(closedByApplication());
      } else {
        this.#conversation.link.start();
      }
    }
    return this.#connecting.promise;
  }

  /** Returns a function that takes the listener away. */
  on(type, listener) {
    if (!EVENTS.includes(type)) {
      throw new TypeError(`there is no event "${type}"; there are ${EVENTS.join(', ')}`);
    }
    return this.#emitter.on(type, listener);
  }

  /** Iterates over the messages, of one room if one is named, until the client is CLOSED. */
  messages({ room, limit, limitBytes } = {}) {
    checkCount('limit', limit);
    checkCount('limitBytes', limitBytes);
    const reader = { room };
    reader.queue = new MessageQueue({
      limit,
      limitBytes,
      onDropped: ({ stream, room: from, seq }) => {
        this.#metrics.dropped++;
        this.#conversation.gap(
          { stream: stream ?? from, from: seq, to: seq, reason: 'slow_reader' });
      },
      onReturn: () => this.#readers.delete(reader),
    });
    if (this.state === 'CLOSED') {
      reader.queue.end();
    } else {
      this.#readers.add(reader);
    }
    return reader.queue;
  }

  [Symbol.asyncIterator]() {
    return this.messages();
  }

  /** Publishes to a room; a promise of the ack. With `ack: false`: of having been written. */
  send(data, { room, id, ack } = {}) {
    const fields = room === undefined ? { data } : { room, data };
    return this.#request('message', fields, { id, ack });
  }

  /** Sends to one client alone. */
  direct(to, data, { id, ack } = {}) {
    return this.#request('direct', { to, data }, { id, ack });
  }

  /** Deepstream: publishes an event; acked where the session resumes. */
  event(name, data = {}, { id } = {}) {
    const ack = this.#conversation.acksEvents;
    return this.#request('event', { name, data }, { id, ack });
  }

  join(room, { id } = {}) {
    return this.#refusal() ?? this.#conversation.membership.join(room, id);
  }

  leave(room, { id } = {}) {
    return this.#refusal() ?? this.#conversation.membership.leave(room, id);
  }

  /** A promise of who is in a room: `{clients, count, room}`. */
  who(room) {
    return this.#request('who', room === undefined ? {} : { room }, { repeatable: true });
  }

  /**
   * Bot: shows the server a fresh access token, or the session's own, before the old one ends. A
   * promise of its being taken; rejected when the connection ends, because it was not good perhaps.
   */
  reauth(token) {
    return this.#refusal() ?? this.#conversation.reauth(token);
  }

  /**
   * Token and positions. As the option `session` they let a later client go on from here: behind
   * the last message with which all listeners and iterations are done.
   */
  get session() {
    return this.#conversation.session.snapshot();
  }

  metrics() {
    const { link, outgoing, timers } = this.#conversation;
    return this.#metrics.snapshot(timers.now(), {
      state: this.state,
      attempts: link.attempts,
      queueLength: outgoing.length,
      bufferedBytes: link.connection?.bufferedAmount ?? 0,
      queued: this.#sum(({ length }) => length),
      queuedBytes: this.#sum(({ bytes }) => bytes),
    });
  }

  /** Of all iterations. */
  #sum(figure) {
    return [...this.#readers].reduce((sum, { queue }) => sum + figure(queue), 0);
  }

  /** Names of the timers that are running: none when CLOSED. */
  get runningTimers() {
    const { link, timers } = this.#conversation;
    return [...timers.names, ...link.timerNames, ...this.#tokens?.timerNames ?? []];
  }

  /**
   * Takes nothing new, sends what waits, also over a connection that is still being made, waits
   * for acks, closes with 1000. Fulfilled within `timeoutMillis`, however the peer behaves, and
   * then no timer is left. Calling it again is harmless.
   */
  async close({ timeoutMillis = CLOSE_TIMEOUT_MILLIS } = {}) {
    checkWait('timeoutMillis', timeoutMillis);
    this.#closed ??= this.#shutDown(timeoutMillis);
    return this.#closed;
  }

  async #shutDown(timeoutMillis) {
    const { link, outgoing, timers } = this.#conversation;
    let tooLate;
    const timeout = new Promise((resolve) => {
      tooLate = resolve;
    });
    timers.set('closing', timeoutMillis, tooLate);
    if (this.#connecting) { // Otherwise there will be no connection, however long we wait.
      await Promise.race([outgoing.drained(), timeout]);
    }
    if (link.state !== 'CONNECTED') {
      outgoing.failAll(link.error);
    }
    await Promise.race([link.close(1000, ''), timeout]);
    link.abort();
    timers.clearAll();
    this.#endReaders();
  }

  #request(kind, fields, settings) {
    return this.#refusal() ?? this.#conversation.request(kind, fields, settings);
  }

  #refusal() {
    return this.#closed || this.state === 'CLOSED'
      ? Promise.reject(new HoldfastError('not_sent', 'the client is closed')) : undefined;
  }

  #tell(type, event, step, bytes) {
    if (type === 'message') {
      for (const { room, queue } of this.#readers) {
        if (room === undefined || room === event.room) {
          queue.push(event, bytes, step);
        }
      }
    }
    this.#emitter.emit(type, event, step);
    if (type === 'state') {
      this.#settleConnecting(event);
    }
  }

  #settleConnecting({ state, error }) {
    if (state === 'CONNECTED') {
      this.#connecting?.resolve();
    } else if (state === 'CLOSED') {
      this.#tokens?.stop();
      this.#connecting?.reject(error ?? closedByApplication());
      this.#endReaders();
    }
  }

  #endReaders() {
    for (const { queue } of this.#readers) {
      queue.end();
    }
  }

  /** The application's own mistake: told, and the connection goes on. */
  #listenerFailed(error, type) {
    this.#log.error(`a listener for "${type}" failed: ${error?.stack ?? error}`);
  }
}

/** The same URL, or function for it; the lines of the log name its server once it is known. */
function namedIn(log, url, { dialect, clientId }) {
  if (typeof url !== 'function') {
    log.at(dialect.target(url, { clientId }).url); // A wrong one is an error here, and now.
    return url;
  }
  return async () => {
    const given = await url();
    log.at(dialect.target(given, { clientId }).url);
    return given;
  };
}

function closedByApplication() {
  return new HoldfastError('closed', 'the client is closed');
}
