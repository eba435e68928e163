// Calls of reauth() that wait for their answer. It is a session token and has no id; a refusal is
// an error without an id, and whose it is can only be guessed: the one that has waited longest.

import { HoldfastError } from './errors.js';

/** Calls that may wait for an answer. */
const MAX_WAITING = 16;

export class Reauths {
  #timers;
  #timeoutMillis;
  /** {resolve, reject, untilMillis}, oldest first. */
  #waiting = [];

  constructor({ timers, timeoutMillis }) {
    this.#timers = timers;
    this.#timeoutMillis = timeoutMillis;
  }

  /** A promise of the answer; `send` is called when there is room for one more. */
  async ask(send) {
    if (this.#waiting.length >= MAX_WAITING) {
      throw new HoldfastError('queue_full', `${MAX_WAITING} calls of reauth are not answered yet`);
    }
    const untilMillis = this.#timers.now() + this.#timeoutMillis;
    const answer = new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject, untilMillis });
    });
    this.#arm();
    send();
    return answer;
  }

  /** The server has sent a session token. */
  taken() {
    this.#waiting.splice(0).forEach(({ resolve }) => resolve());
    this.#arm();
  }

  /** The server refused something. Returns false if nobody here can have asked for it. */
  refused(error) {
    const oldest = this.#waiting.shift();
    oldest?.reject(error);
    this.#arm();
    return oldest !== undefined;
  }

  /** There is no connection any more. */
  lost(error) {
    this.#waiting.splice(0).forEach(({ reject }) => reject(error));
    this.#arm();
  }

  #arm() {
    if (this.#waiting.length === 0) {
      this.#timers.clear('reauth');
      return;
    }
    this.#timers.set('reauth', this.#waiting[0].untilMillis - this.#timers.now(), () => {
      this.refused(new HoldfastError('timeout',
        `the server did not answer reauth in ${this.#timeoutMillis} ms`));
    });
  }
}
