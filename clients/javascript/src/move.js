// A move to another host: the connection that is made there beside the one that serves, and the
// timers of it. Belongs to link.js, which says what happens when.

import { REPLACED } from './close-codes.js';
import { Connection } from './connection.js';
import { HoldfastError, wasClosed } from './errors.js';

/** A move that failed is tried so often in all, so long after one another. */
const TRIES = 3;
const AGAIN_MILLIS = 5_000;

export class Move {
  #timers;
  #log;
  #go;
  #connection;
  #target;
  #failures = 0;
  #greeted = false;

  /** @param go (target): its time has come */
  constructor({ timers, log, go }) {
    this.#timers = timers;
    this.#log = log;
    this.#go = go;
  }

  /** The one that is being made; undefined: there is no move. */
  get connection() {
    return this.#connection;
  }

  /** Where the present move goes, or the last one went. */
  get target() {
    return this.#target;
  }

  /**
   * Whether another server has heard hello since the last connect: it may take the session over at
   * any moment, also when its answer does not arrive here.
   */
  get greeted() {
    return this.#greeted;
  }

  /** The server says where to, perhaps not for the first time. */
  ask(target, afterMillis) {
    this.#failures = 0;
    this.#timers.set('migrate', afterMillis, () => this.#go(target));
  }

  /** The server has changed its mind: what is begun goes on, and nothing more begins. */
  stay() {
    this.#timers.clear('migrate');
  }

  begin(target) {
    this.#log.info(`[RECONNECTING] moving to ${target.host}:${target.port}`);
    this.#target = target;
    this.#connection = new Connection();
    return this.#connection;
  }

  /** Hello is being said on this connection. */
  greets(connection) {
    this.#greeted ||= connection === this.#connection;
  }

  /** The move is over: its connection is the caller's, to use it or to forget it. */
  end() {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#greeted = false;
    return connection;
  }

  /** The connection could not be made: the old one stays, and after a while it is tried again. */
  failed() {
    this.#timers.clear('move');
    this.#connection = undefined;
    if (++this.#failures >= TRIES) {
      this.#log.error('[RECONNECTING] the move failed; staying until the server closes');
      return;
    }
    this.#log.error(`[RECONNECTING] the move failed; again in ${AGAIN_MILLIS} ms`);
    if (!this.#timers.names.includes('migrate')) { // The server may have named another since.
      const target = this.#target;
      this.#timers.set('migrate', AGAIN_MILLIS, () => this.#go(target));
    }
  }

  abort() {
    const connection = this.end();
    if (connection) {
      connection.ended = true;
      connection.abort();
    }
  }
}

/**
 * What ended a connection, given that we may have been leaving it: usually that we left, unless the
 * server says more than goodbye.
 */
export function outcomeOf(error, leaving, { greeted }) {
  const { kind, code } = error;
  const saysMore = wasClosed(error) && code > 1001 && code !== 1005 && code !== 1006;
  if (leaving && !saysMore) {
    return new HoldfastError('left', 'left, as the server had asked');
  }
  // The newer connection is our own, at the server that we were sent to.
  return greeted && kind === 'closed' && code === REPLACED
    ? new HoldfastError('left', 'taken over by the server that this one had named') : error;
}
