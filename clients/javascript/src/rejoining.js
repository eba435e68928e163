// Rooms that are joined again by the library, on a connection that does not have them. What is on
// its way at once is bounded, and after "not now" it is one, then more with each that succeeds.

import { waitFrom } from './close-codes.js';

/** Joins without an answer: a server takes 60 messages a minute by default. */
export const MAX_ASKED = 50;
/** Tries of one room on one connection, where the server says that it may work later. */
export const MAX_TRIES = 10;
/** Where the server does not say how much later. */
const RETRY_MILLIS = 5_000;
const LEAST_RETRY_MILLIS = 1_000;

export class Rejoining {
  #timers;
  #newId;
  #write;
  #onRefused;
  #connection;
  /** {kind, fields: {room}, tries}, tries being those that were refused. */
  #waiting = [];
  /** id → the same */
  #asked = new Map();
  #mostAsked = MAX_ASKED;
  #rests = false;

  /**
   * @param write (connection, kind, fields, id) puts a request on the wire
   * @param onRefused (room, message, again) hears of the first refusal of a room, and of the last
   */
  constructor({ timers, newId, write, onRefused }) {
    this.#timers = timers;
    this.#newId = newId;
    this.#write = write;
    this.#onRefused = onRefused;
  }

  /** Begins on a connection, whatever there was before. */
  begin(connection, { join, leave }) {
    this.stop();
    this.#connection = connection;
    this.#waiting = join.map((room) => ({ kind: 'join', fields: { room }, tries: 0 }));
    this.#pump();
    // Nobody has to hear how this goes.
    leave.forEach((room) => this.#ask({ kind: 'leave', fields: { room }, tries: MAX_TRIES }));
  }

  /** The connection is gone, and with it every answer. */
  stop() {
    this.#connection = undefined;
    this.#waiting = [];
    this.#asked.clear();
    this.#mostAsked = MAX_ASKED;
    this.#rests = false;
    this.#timers.clear('rejoin');
  }

  /** The application sees to this room itself, and hears how that goes. */
  isAskedFor(room) {
    this.#waiting = this.#waiting.filter(({ fields }) => fields.room !== room);
    for (const one of this.#asked.values()) {
      if (one.fields.room === room) {
        one.tries = MAX_TRIES;
      }
    }
  }

  /** An ack. Returns the request, `{kind, fields}`; undefined: it was not asked here. */
  answered(id) {
    const one = this.#asked.get(id);
    if (this.#asked.delete(id)) {
      this.#mostAsked = Math.min(this.#mostAsked + 1, MAX_ASKED);
      this.#pump();
    }
    return one;
  }

  /** Returns whether this was asked here. */
  refused(message) {
    const one = this.#asked.get(message.id);
    if (!this.#asked.delete(message.id)) {
      return false;
    }
    if (one.tries < MAX_TRIES) {
      this.#tryAgain(one, message);
    }
    this.#pump();
    return true;
  }

  #tryAgain(one, message) {
    const isFirst = one.tries === 0;
    one.tries++;
    const again = message.retryable === true && one.tries < MAX_TRIES;
    if (again) {
      this.#waiting.push(one);
      this.#mostAsked = 1;
      this.#rest(waitFrom(message.retry_after) ?? RETRY_MILLIS);
    }
    if (isFirst || !again) {
      this.#onRefused(one.fields.room, message, again);
    }
  }

  #rest(millis) {
    this.#rests = true;
    this.#timers.set('rejoin', Math.max(millis, LEAST_RETRY_MILLIS), () => {
      this.#rests = false;
      this.#pump();
    });
  }

  #pump() {
    while (!this.#rests && this.#asked.size < this.#mostAsked && this.#waiting.length > 0) {
      this.#ask(this.#waiting.shift());
    }
  }

  #ask(one) {
    const id = this.#newId();
    this.#asked.set(id, one);
    this.#write(this.#connection, one.kind, one.fields, id);
  }
}
