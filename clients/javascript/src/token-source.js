// Asks the application for access tokens: one call at a time, whoever waits for it, and no longer
// than half of the connect timeout (docs/decisions/0029).

import { noTokenError } from './errors.js';

/** What may stand in a header (RFC 9110, section 5.5), and in one line of JSON. */
const TOKEN = /^[\x20-\x7e]+$/;

export function isToken(token) {
  return typeof token === 'string' && TOKEN.test(token);
}

export class TokenSource {
  #ask;
  #patienceMillis;
  #timers;
  /** {resolve, reject, untilMillis}, oldest first. */
  #waiting = [];
  /** The AbortController of the call that is under way. */
  #call;

  /** @param ask the application's function; its `signal` says that nobody waits any more */
  constructor({ ask, patienceMillis, timers }) {
    this.#ask = ask;
    this.#patienceMillis = patienceMillis;
    this.#timers = timers;
  }

  /** A promise of a token; rejected as `unauthorised` when the function fails or is late. */
  get() {
    return new Promise((resolve, reject) => {
      const untilMillis = this.#timers.now() + this.#patienceMillis;
      this.#waiting.push({ resolve, reject, untilMillis });
      this.#arm();
      if (this.#call === undefined) {
        this.#begin();
      }
    });
  }

  get timerNames() {
    return this.#timers.names;
  }

  #begin() {
    const call = new AbortController();
    this.#call = call;
    new Promise((resolve) => {
      resolve(this.#ask({ signal: call.signal }));
    }).then(
      (token) => this.#answered(call, token,
        'it gave none, or one with characters that a header does not have'),
      (error) => this.#answered(call, undefined, String(error?.message ?? error), error));
  }

  #answered(call, token, problem, cause) {
    this.#call = undefined;
    if (call.signal.aborted && !isToken(token) && this.#waiting.length > 0) {
      this.#begin(); // Its failure was that it was given up; who came since has not been asked for.
      return;
    }
    for (const { resolve, reject } of this.#waiting.splice(0)) {
      if (isToken(token)) {
        resolve(token);
      } else {
        reject(noTokenError(`the token function failed: ${problem}`, cause));
      }
    }
    this.#arm();
  }

  #late() {
    const { reject } = this.#waiting.shift();
    this.#call?.abort();
    reject(noTokenError(`the token function gave none in ${this.#patienceMillis} ms`));
    this.#arm();
  }

  /** Nobody waits any more. */
  stop() {
    this.#call?.abort();
    this.#waiting.splice(0).forEach(({ reject }) => reject(noTokenError('the client is closed')));
    this.#arm();
  }

  #arm() {
    if (this.#waiting.length === 0) {
      this.#timers.clear('token');
    } else {
      this.#timers.set('token', this.#waiting[0].untilMillis - this.#timers.now(),
        () => this.#late());
    }
  }
}
